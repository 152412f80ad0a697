package dev.dafl.kernel;

import java.util.function.Function;

/**
 * A type that plugins implement.
 *
 * @param type an interface that the application and the bundles share
 * @param name of an extension; each is given out once at its point
 */
public record ExtensionPoint<T>(Class<T> type, Function<? super T, String> name) {}
