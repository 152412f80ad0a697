/** Measurements that {@code dafl bench} shows. Never on the way of a run. */
package dev.dafl.benchmarks;
