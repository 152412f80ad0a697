/** Many runs of one file, and what they came to as one table. */
@NullMarked
package dev.dafl.engine.matrix;

import org.jspecify.annotations.NullMarked;
