/** Files that are written as a whole, and told of in words. For the modules around this one; plugins do not see it. */
@NullMarked
package dev.dafl.tensor.files;

import org.jspecify.annotations.NullMarked;
