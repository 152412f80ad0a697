/**
 * What can be asked without a run: how large a network is, how fast its steps are, how accurate its weights are, whether data are
 * sound.
 */
@NullMarked
package dev.dafl.engine.tools;

import org.jspecify.annotations.NullMarked;
