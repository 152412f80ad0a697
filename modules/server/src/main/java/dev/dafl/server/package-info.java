/**
 * A server that runs experiments for others: a queue behind HTTP, each run in a process of its own, all that matters in a
 * database.
 */
@NullMarked
package dev.dafl.server;

import org.jspecify.annotations.NullMarked;
