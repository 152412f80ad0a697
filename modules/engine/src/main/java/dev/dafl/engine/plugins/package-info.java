/** The plugins that an experiment names, found, bound to their options and called so that what they throw is told as theirs. */
@NullMarked
package dev.dafl.engine.plugins;

import org.jspecify.annotations.NullMarked;
