package dev.dafl.engine.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML document into a tree and notes on which line each value stands. An anchored value ({@code &base}) is put
 * wherever {@code *base} names it, and {@code <<: *base} puts its keys beside those that a table has itself. What a text can
 * grow to is bounded.
 */
final class YamlReader {

    /** In characters, and of a file in bytes. */
    static final int LONGEST = 1_000_000;

    private static final int LONGEST_KEY = 200;
    /** A path may have as many. */
    private static final int LONGEST_VALUE = 4096;
    /** Aliases of aliases make a short text grow without end. */
    private static final int MOST_VALUES = 100_000;

    private static final String MERGE = "<<";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Pattern LINE = Pattern.compile("in reader, line (\\d+)");

    private final String text;
    private final IntFunction<String> place;
    private final Map<String, Integer> lines = new TreeMap<>();
    private final Map<String, Anchored> anchors = new HashMap<>();
    // Opened before anything is read.
    @SuppressWarnings("NullAway.Init")
    private YAMLParser parser;

    private int values;

    /** A tree, and from the place in it ({@code /teacher/model}) to the line, from 1. */
    record Tree(JsonNode root, Map<String, Integer> lines) {}

    /** A value that can be named again, and how many values it is made of. */
    private record Anchored(JsonNode node, int values) {}

    private YamlReader(String text, IntFunction<String> place) {
        this.text = text;
        this.place = place;
    }

    /**
     * Reads a text; empty where it holds nothing but comments.
     *
     * @param place what messages call a line: {@code mnist.yaml:12}
     * @throws ConfigException where it is not YAML, or more than dafl takes
     */
    static Optional<Tree> read(String text, IntFunction<String> place) {
        return new YamlReader(text, place).read();
    }

    private Optional<Tree> read() {
        if (text.length() > LONGEST) {
            throw new ConfigException(place.apply(1) + ": " + tooLong());
        }
        try (JsonParser opened = YAML.createParser(text)) {
            parser = (YAMLParser) opened;
            if (parser.nextToken() == null) {
                return Optional.empty();
            }
            JsonNode root = node("");
            if (parser.nextToken() != null) {
                throw mistake("a second document begins here; one file is one experiment");
            }
            return Optional.of(new Tree(root, lines));
        } catch (StreamConstraintsException e) {
            throw new ConfigException(place.apply(line()) + ": lists and tables lie too deep in each other", e);
        } catch (JacksonException e) {
            throw notYaml(e);
        }
    }

    /** What is said of a file that is no experiment. */
    static String tooLong() {
        return "it is longer than 1 MB, and an experiment is a page of text; is it the right file?";
    }

    private JsonNode node(String pointer) {
        int line = line();
        lines.putIfAbsent(pointer, line);
        int before = values;
        count(1);
        if (parser.isCurrentAlias()) {
            return replay(parser.getString());
        }
        String anchor = parser.getObjectId();
        JsonNode node = switch (parser.currentToken()) {
            case START_OBJECT -> table(pointer);
            case START_ARRAY -> list(pointer);
            case VALUE_STRING -> NODES.stringNode(bounded(parser.getString()));
            case VALUE_NUMBER_INT -> whole(bounded(parser.getString()));
            case VALUE_NUMBER_FLOAT -> fraction(bounded(parser.getString()));
            case VALUE_TRUE -> NODES.booleanNode(true);
            case VALUE_FALSE -> NODES.booleanNode(false);
            case VALUE_NULL -> NODES.nullNode();
            default ->
                throw mistake("a value is a text, a number, a list or a table, and not of the type that its tag names");
        };
        if (anchor != null) {
            anchors.put(anchor, new Anchored(node, values - before));
        }
        return node;
    }

    private JsonNode replay(String anchor) {
        Anchored anchored = anchors.get(anchor);
        if (anchored == null) {
            throw mistake("*" + OneLine.shortened(anchor) + " names no value: no &" + OneLine.shortened(anchor)
                    + " ends before it");
        }
        count(anchored.values());
        return anchored.node().deepCopy();
    }

    private ObjectNode table(String pointer) {
        ObjectNode table = NODES.objectNode();
        List<ObjectNode> merged = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            if (key.length() > LONGEST_KEY) {
                throw mistake("a key of " + key.length() + " characters, which begins with " + key.substring(0, 20)
                        + "; a key has " + LONGEST_KEY + " at most");
            }
            String inner = pointer + "/" + key;
            if (seen.putIfAbsent(key, line()) instanceof Integer first) {
                throw mistake(key + " stands here twice, first on line " + first);
            }
            lines.put(inner, line());
            parser.nextToken();
            JsonNode value = node(inner);
            if (key.equals(MERGE)) {
                merged.addAll(tables(value));
            } else {
                table.set(key, value);
            }
        }
        for (ObjectNode other : merged) {
            other.properties().forEach(entry -> {
                if (!table.has(entry.getKey())) {
                    table.set(entry.getKey(), entry.getValue());
                    lines.put(pointer + "/" + entry.getKey(), lines.get(pointer + "/" + MERGE));
                }
            });
        }
        return table;
    }

    private List<ObjectNode> tables(JsonNode merged) {
        List<ObjectNode> tables = new ArrayList<>();
        for (JsonNode node : merged instanceof ArrayNode list ? list : List.of(merged)) {
            if (!(node instanceof ObjectNode table)) {
                throw mistake("<< puts the keys of a table here, such as <<: *base, or of a list of tables");
            }
            tables.add(table);
        }
        return tables;
    }

    private ArrayNode list(String pointer) {
        ArrayNode list = NODES.arrayNode();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            list.add(node(pointer + "/" + list.size()));
        }
        return list;
    }

    private static JsonNode whole(String spelled) {
        try {
            return spelled(spelled, NODES.numberNode(Long.parseLong(spelled)));
        } catch (NumberFormatException e) {
            return new SpelledNumber(spelled, NODES.numberNode(Double.parseDouble(spelled)));
        }
    }

    private JsonNode fraction(String spelled) {
        return spelled(spelled, NODES.numberNode(parser.getDoubleValue()));
    }

    private static JsonNode spelled(String spelled, JsonNode number) {
        return number.asString().equals(spelled) ? number : new SpelledNumber(spelled, number);
    }

    private String bounded(String value) {
        if (value.length() > LONGEST_VALUE) {
            throw mistake("a value of " + value.length() + " characters; a value has " + LONGEST_VALUE + " at most");
        }
        return value;
    }

    private void count(int more) {
        values += more;
        if (values > MOST_VALUES) {
            throw mistake(
                    "more than " + MOST_VALUES + " values, those that aliases such as *base repeat counted again");
        }
    }

    private int line() {
        return parser.currentTokenLocation().getLineNr();
    }

    private ConfigException mistake(String problem) {
        return new ConfigException(place.apply(line()) + ": " + problem);
    }

    /** SnakeYAML's words without its drawings of the place; where it names two places, the later one is that of the mistake. */
    private ConfigException notYaml(JacksonException e) {
        String told = e.getOriginalMessage();
        int line = LINE.matcher(told)
                .results()
                .map(MatchResult::group)
                .map(words -> Integer.parseInt(words.substring(words.lastIndexOf(' ') + 1)))
                .reduce((_, last) -> last)
                .orElseGet(() -> e.getLocation() == null
                        ? 1
                        : Math.max(1, e.getLocation().getLineNr()));
        if (told.contains("'\\t(TAB)'")) {
            return new ConfigException(
                    place.apply(line) + ": a tab stands here where YAML takes spaces only; indent with spaces", e);
        }
        String problem = told.lines()
                .filter(words -> !words.isBlank() && !words.startsWith(" "))
                .map(words -> words.replaceAll("\\(java\\.[^)]*\\) ?", ""))
                .collect(Collectors.joining(", "));
        return new ConfigException(place.apply(line) + ": not YAML: " + OneLine.shortened(problem), e);
    }
}
