package dev.dafl.spi;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * Another plugin that a plugin's options name, with options of its own: in a file {@code usps}, or
 * {@code {name: image-folder, train: photos}}.
 *
 * @param name of the plugin
 * @param options as they are written, by their names in the file, and in the order of these
 */
public record PluginReference(String name, Map<String, Object> options) {

    public PluginReference {
        // In an order of their own, so that what is written of them is the same in every process.
        options = Collections.unmodifiableMap(new TreeMap<>(options));
    }

    /** A plugin with its default options. */
    public static PluginReference named(String name) {
        return new PluginReference(name, Map.of());
    }
}
