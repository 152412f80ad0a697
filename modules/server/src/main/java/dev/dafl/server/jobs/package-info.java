/** The queue: what waits, what runs, and how each run's process is started, followed and ended. */
@NullMarked
package dev.dafl.server.jobs;

import org.jspecify.annotations.NullMarked;
