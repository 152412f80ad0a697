/** Runs as jobs of a Slurm cluster: the script that is submitted, and what Slurm says of the jobs. */
@NullMarked
package dev.dafl.host.slurm;

import org.jspecify.annotations.NullMarked;
