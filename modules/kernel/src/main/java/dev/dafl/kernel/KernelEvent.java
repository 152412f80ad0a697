package dev.dafl.kernel;

import java.nio.file.Path;

/** What changed in a running kernel. */
public sealed interface KernelEvent {

    /**
     * An extension can be found from now on.
     *
     * @param point the type that it extends
     * @param name its name at that point
     * @param bundle symbolic name of the bundle that provides it
     */
    record ExtensionCame(Class<?> point, String name, String bundle) implements KernelEvent {}

    /**
     * An extension cannot be found any more. Who holds the object may finish with it; its bundle no longer runs.
     *
     * @param point the type that it extended
     * @param name its name at that point
     * @param bundle symbolic name of the bundle that provided it
     */
    record ExtensionWent(Class<?> point, String name, String bundle) implements KernelEvent {}

    /**
     * A bundle, or an extension of it, cannot be used. A bundle with two problems is told of twice.
     *
     * @param file the jar
     * @param problem the reason, in a sentence
     */
    record BundleFailed(Path file, String problem) implements KernelEvent {}
}
