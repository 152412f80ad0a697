package dev.dafl.engine.workspace;

import dev.dafl.engine.task.Task;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * What all workspaces of a run have in common.
 *
 * @param random of the run; each workspace has a child of it
 * @param folder of the run, asked for when there is one
 */
public record Surroundings(Task task, Device device, MemoryFormat format, RandomStream random, Supplier<Path> folder) {}
