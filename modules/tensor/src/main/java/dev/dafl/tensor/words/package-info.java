/** How things are told: what may stand in a message, and which name was probably meant. For the modules around this one; plugins do not see it. */
@NullMarked
package dev.dafl.tensor.words;

import org.jspecify.annotations.NullMarked;
