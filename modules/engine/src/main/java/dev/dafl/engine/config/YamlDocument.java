package dev.dafl.engine.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A YAML text as a tree that remembers where each value comes from.
 *
 * @param source what messages call it: a file's name
 * @param root the tree
 * @param places from the place in the tree ({@code /teacher/model}) to what messages call it: {@code mnist.yaml:12}, or
 *     {@code --set teacher.model=lenet5}
 */
record YamlDocument(String source, ObjectNode root, TreeMap<String, String> places) {

    /** Keys that only hold what is anchored for other keys. */
    private static final String ASIDE = "x-";

    /**
     * A file's text; what it names by a relative path may lie beside it.
     *
     * @throws ConfigException when it cannot be read, or is no such text
     */
    static YamlDocument read(Path file) {
        YamlDocument document = parse(file.toString(), ExperimentFile.text(file));
        new FilesBeside(file).resolve(document.root());
        return document;
    }

    static YamlDocument parse(String source, String text) {
        YamlReader.Tree tree = YamlReader.read(text, line -> source + ":" + line)
                .orElseThrow(() ->
                        new ConfigException(source + " is empty; configs/quickstart.yaml is an example to begin with"));
        if (!(tree.root() instanceof ObjectNode root)) {
            throw new ConfigException(source + ":1: an experiment is a table of keys and values, such as name: mnist");
        }
        root.remove(root.propertyNames().stream()
                .filter(key -> key.startsWith(ASIDE))
                .toList());
        TreeMap<String, String> places = new TreeMap<>();
        tree.lines().forEach((pointer, line) -> places.put(pointer, source + ":" + line));
        return new YamlDocument(source, root, places);
    }

    /** Where a value comes from, for messages; that of the nearest surrounding value that is known. */
    String at(String pointer) {
        String place = pointer;
        while (!place.isEmpty() && !places.containsKey(place)) {
            place = place.substring(0, place.lastIndexOf('/'));
        }
        return Optional.ofNullable(places.get(place)).orElse(source);
    }

    /** Where a mistake stands: a record's own check names the table, and begins its sentence with the key. */
    String at(Binding.Mistake mistake) {
        String key = mistake.pointer() + "/" + mistake.problem().split(" ", 2)[0];
        return at(places.containsKey(key) ? key : mistake.pointer());
    }

    /** Puts {@code value} (YAML) at {@code key} ({@code teacher.epochs}), making tables on the way. */
    void set(String key, String value) {
        set(key, value(key, value), said(key, value), said(key, value));
    }

    /** What a user put over the file. */
    static JsonNode value(String key, String value) {
        return YamlReader.read(value, _ -> said(key, value))
                .map(YamlReader.Tree::root)
                .orElseGet(() -> JsonNodeFactory.instance.stringNode(""));
    }

    /** What messages call it. */
    static String said(String key, String value) {
        return "--set " + OneLine.shortened(key) + "=" + OneLine.shortened(value);
    }

    /**
     * Puts a value at a key, making tables on the way.
     *
     * @param said how messages call what is done
     * @param place where messages say that the value comes from
     */
    void set(String key, JsonNode node, String said, String place) {
        String pointer = new Assignment(key, node, said).to(root);
        places.subMap(pointer + "/", pointer + "0").clear();
        if (!node.isNull() || root.at(pointer).isNull()) {
            places.put(pointer, place);
        }
        for (int slash = pointer.lastIndexOf('/'); slash > 0; slash = pointer.lastIndexOf('/', slash - 1)) {
            places.putIfAbsent(pointer.substring(0, slash), place);
        }
    }

    /** Options as the file spells them at {@code pointer}: once bound, only the values of numbers are left. */
    ObjectNode spelled(String pointer, ObjectNode options) {
        ObjectNode spelled = options.deepCopy();
        for (Map.Entry<String, JsonNode> option : options.properties()) {
            if (root.at(pointer).get(option.getKey()) instanceof SpelledNumber number
                    && number.number().equals(option.getValue())) {
                spelled.set(option.getKey(), number);
            }
        }
        return spelled;
    }

    /** The same text in a tree of its own, which may be changed. */
    YamlDocument copy() {
        return new YamlDocument(source, root.deepCopy(), new TreeMap<>(places));
    }
}
