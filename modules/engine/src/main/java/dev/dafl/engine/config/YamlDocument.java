package dev.dafl.engine.config;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * A YAML text as a tree that remembers on which line each value stands.
 *
 * @param source what messages call it: a file's name
 * @param root the tree
 * @param lines from the place in the tree ({@code /teacher/model}) to the line, from 1
 */
record YamlDocument(String source, ObjectNode root, Map<String, Integer> lines) {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static YamlDocument parse(String source, String text) {
        Map<String, Integer> lines = new TreeMap<>();
        try (JsonParser parser = YAML.createParser(text)) {
            if (parser.nextToken() == null) {
                throw new ConfigException(source + " is empty; configs/quickstart.yaml is an example to begin with");
            }
            JsonNode node = node(parser, "", lines, source);
            if (!(node instanceof ObjectNode object)) {
                throw new ConfigException(
                        source + ":1: an experiment is a table of keys and values, such as name: mnist");
            }
            if (parser.nextToken() != null) {
                throw new ConfigException(
                        source + ":" + parser.currentTokenLocation().getLineNr()
                                + ": a second document begins here; one file is one experiment");
            }
            return new YamlDocument(source, object, lines);
        } catch (JacksonException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new ConfigException(
                    source + ":" + line + ": not YAML: "
                            + e.getOriginalMessage().lines().findFirst().orElse(""),
                    e);
        }
    }

    /** Where a value stands, for messages: {@code mnist.yaml:12}; the nearest surrounding value that the file holds. */
    String at(String pointer) {
        String place = pointer;
        while (!place.isEmpty() && !lines.containsKey(place)) {
            place = place.substring(0, place.lastIndexOf('/'));
        }
        return Optional.ofNullable(lines.get(place))
                .map(line -> source + ":" + line)
                .orElse(source);
    }

    /** The line of a value; empty where the file does not hold it. */
    Optional<Integer> line(String pointer) {
        return Optional.ofNullable(lines.get(pointer));
    }

    /** Where a mistake stands: a record's own check names the table, and begins its sentence with the key. */
    String at(Binding.Mistake mistake) {
        String key = mistake.pointer() + "/" + mistake.problem().split(" ", 2)[0];
        return at(lines.containsKey(key) ? key : mistake.pointer());
    }

    /** Puts {@code value} (YAML) at {@code key} ({@code teacher.epochs}), making tables on the way. */
    void set(String key, String value) {
        JsonNode node;
        try {
            node = value.isBlank() ? NODES.stringNode("") : YAML.readTree(value);
        } catch (JacksonException e) {
            throw new ConfigException("--set " + key + "=" + value + ": the value is not YAML", e);
        }
        set(key, node, "--set " + key + "=" + value);
    }

    /**
     * Puts a value at a key, making tables on the way.
     *
     * @param said how messages call it
     */
    void set(String key, JsonNode node, String said) {
        String[] parts = key.split("\\.", -1);
        ObjectNode table = root;
        for (int i = 0; i < parts.length - 1; i++) {
            JsonNode inner = table.get(parts[i]);
            if (inner == null || inner.isNull()) {
                inner = table.putObject(parts[i]);
            } else if (inner.isString()
                    && (parts[i].equals("model") || parts[i].equals("dataset") || parts[i].equals("loss"))) {
                // A plugin written by its bare name gets options.
                inner = table.putObject(parts[i]).put("name", inner.asString());
            }
            if (!(inner instanceof ObjectNode object)) {
                throw new ConfigException(said + ": " + parts[i] + " is not a table");
            }
            table = object;
        }
        table.set(parts[parts.length - 1], node);
    }

    /** The same text in a tree of its own, which may be changed. */
    YamlDocument copy() {
        return new YamlDocument(source, root.deepCopy(), new TreeMap<>(lines));
    }

    private static JsonNode node(JsonParser parser, String pointer, Map<String, Integer> lines, String source) {
        lines.putIfAbsent(pointer, parser.currentTokenLocation().getLineNr());
        return switch (parser.currentToken()) {
            case START_OBJECT -> {
                ObjectNode object = NODES.objectNode();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    String place = pointer + "/" + key;
                    int line = parser.currentTokenLocation().getLineNr();
                    if (object.has(key)) {
                        throw new ConfigException(source + ":" + line + ": " + key
                                + " stands here twice, first on line " + lines.get(place));
                    }
                    lines.put(place, line);
                    parser.nextToken();
                    object.set(key, node(parser, place, lines, source));
                }
                yield object;
            }
            case START_ARRAY -> {
                ArrayNode array = NODES.arrayNode();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    array.add(node(parser, pointer + "/" + array.size(), lines, source));
                }
                yield array;
            }
            case VALUE_STRING -> NODES.stringNode(parser.getString());
            case VALUE_NUMBER_INT -> NODES.numberNode(parser.getLongValue());
            case VALUE_NUMBER_FLOAT -> NODES.numberNode(parser.getDoubleValue());
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            default -> NODES.nullNode();
        };
    }
}
