package dev.dafl.libtorch;

import java.nio.file.Path;

/**
 * A loaded libtorch.
 *
 * @param version such as {@code 2.13.0}
 * @param folder where its libraries lie
 */
public record LibtorchInfo(String version, Path folder) {}
