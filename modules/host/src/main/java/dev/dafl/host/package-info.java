/**
 * A program around the engine: the microkernel with its plugins, runs that hear signals, and runs in processes of their own
 * whose events come back as JSON lines. Nothing here prints.
 */
@NullMarked
package dev.dafl.host;

import org.jspecify.annotations.NullMarked;
