/**
 * For the tests of plugins: a {@link dev.dafl.spi.test.MethodTrial method} in a small run with real networks, and what every method
 * must hold: the same bits for the same seed, going on after a stop as if there had been none, numbers in bfloat16, and no tensor
 * left behind.
 */
@NullMarked
package dev.dafl.spi.test;

import org.jspecify.annotations.NullMarked;
