package dev.dafl.libtorch;

import java.nio.file.Path;

/**
 * A loaded libtorch.
 *
 * @param version such as {@code 2.13.0}
 * @param folder where its libraries lie
 * @param flavour {@code cpu} or {@code cuda} for the ones that travel with the build, {@code folder} for one that the
 *     user named
 */
public record LibtorchInfo(String version, Path folder, String flavour) {}
