package dev.dafl.server.api;

import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What experiments can be made of here.
 *
 * @param schema the JSON Schema of experiments
 */
public record Catalogue(List<PluginFile> bundles, JsonNode schema) {}
