package dev.dafl.engine;

import dev.dafl.engine.training.PluginIdentity;

/**
 * A plugin with its options.
 *
 * @param options bound to the plugin's record
 * @param pointer where the file names it
 * @param identity for messages
 */
record BoundPlugin<P>(P plugin, Record options, String pointer, PluginIdentity identity) {}
