package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;

/**
 * A plugin with its options.
 *
 * @param options bound to the plugin's record
 * @param pointer where the file names it
 * @param identity for messages
 */
public record BoundPlugin<P>(P plugin, Record options, String pointer, PluginIdentity identity) {}
