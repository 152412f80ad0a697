/** One run in several processes that MPI has started together. */
@NullMarked
package dev.dafl.host.ranks;

import org.jspecify.annotations.NullMarked;
