package dev.dafl.spi;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Another plugin that a plugin's options name, with options of its own: in a file {@code usps}, or
 * {@code {name: image-folder, train: photos}}.
 *
 * @param name of the plugin
 * @param options as they are written, by their names in the file
 */
public record PluginReference(String name, Map<String, Object> options) {

    public PluginReference {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    }

    /** A plugin with its default options. */
    public static PluginReference named(String name) {
        return new PluginReference(name, Map.of());
    }
}
