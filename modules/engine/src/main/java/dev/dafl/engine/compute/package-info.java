/** Where a run computes, in which number format and with how many threads: chosen, or measured. */
@NullMarked
package dev.dafl.engine.compute;

import org.jspecify.annotations.NullMarked;
