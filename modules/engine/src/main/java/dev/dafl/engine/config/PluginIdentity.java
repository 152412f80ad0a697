package dev.dafl.engine.config;

import dev.dafl.spi.Plugin;

/**
 * Which plugin somebody's code is of, for messages.
 *
 * @param kind such as {@code loss term}
 * @param name in YAML files
 * @param bundle name and version of the bundle that it came in; empty where it is not known
 */
public record PluginIdentity(String kind, String name, String bundle) {

    /** A plugin whose bundle is not known. */
    public static PluginIdentity of(String kind, Plugin<?> plugin) {
        return new PluginIdentity(kind, plugin.name(), "");
    }

    /** Such as {@code the loss term one-hot (bundle dafl-losses 0.1.0)}. */
    @Override
    public String toString() {
        return "the " + kind + " " + name + (bundle.isEmpty() ? "" : " (bundle " + bundle + ")");
    }
}
