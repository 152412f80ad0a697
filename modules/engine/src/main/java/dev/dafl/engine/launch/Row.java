package dev.dafl.engine.launch;

import dev.dafl.engine.Experiment;
import java.nio.file.Path;

/**
 * A run that is to be launched.
 *
 * @param name of the run; among those that are launched together, each once
 * @param folder that it is to write
 */
public record Row(String name, Path folder, Experiment experiment) {}
