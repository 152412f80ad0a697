/** The runs that were made: what there are, how they differ, and taking them away. */
@NullMarked
package dev.dafl.engine.runs;

import org.jspecify.annotations.NullMarked;
