/**
 * Runs experiments. {@link dev.dafl.engine.Experiment} prepares one from its file and the plugins, with every mistake told
 * before anything starts, and runs it into a {@link dev.dafl.engine.run.RunFolder}, telling listeners of each
 * {@link dev.dafl.engine.run.RunEvent}.
 */
@NullMarked
package dev.dafl.engine;

import org.jspecify.annotations.NullMarked;
