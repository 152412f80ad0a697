/**
 * The MPI that has started this process, where one has: found at run time, called straight, nothing of it needed to build. One thread
 * of the process calls it, the one that {@linkplain dev.dafl.mpi.Mpi#start started} it.
 */
@NullMarked
package dev.dafl.mpi;

import org.jspecify.annotations.NullMarked;
