package dev.dafl.server.api;

import java.util.List;

/**
 * A bundle of plugins.
 *
 * @param file its name
 * @param bundle symbolic name and version; empty where it is broken
 * @param builtIn whether it came with dafl; the others can be removed
 * @param plugins kind and name of each
 * @param problem why it is not used; empty where it is
 */
public record PluginFile(String file, String bundle, boolean builtIn, List<Item> plugins, String problem) {

    /** A plugin. */
    public record Item(String kind, String name, String description) {}

    /** All bundles, and whether more may be uploaded. */
    public record Listing(List<PluginFile> bundles, boolean uploads) {}
}
