/** Measurements that {@code dafl bench} shows. Never on the way of a run. */
@NullMarked
package dev.dafl.benchmarks;

import org.jspecify.annotations.NullMarked;
