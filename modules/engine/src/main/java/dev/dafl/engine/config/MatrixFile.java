package dev.dafl.engine.config;

import java.math.BigInteger;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A file that stands for many experiments: its key {@code matrix} has axes, and each combination of a value from every axis is
 * a run. An axis is a list of values for the key that it is named after ({@code seed: [1, 2, 3]}), or a table from the names
 * of its values to what each of them overrides ({@code losses: {all: {...}, none: {...}}}). An override of null takes a key out.
 *
 * @param name of the matrix
 * @param yaml the file with what was put over it
 * @param runs in the order of the file, the last axis changing fastest; at least one, each name once
 * @param launcher of all its runs
 */
public record MatrixFile(String name, String yaml, List<Run> runs, Optional<LauncherConfig> launcher)
        implements ConfigFile {

    static final String MATRIX = "matrix";
    private static final int MOST_RUNS = 10_000;
    private static final String LABEL = "[A-Za-z0-9][A-Za-z0-9.-]*";

    /**
     * One experiment of a matrix.
     *
     * @param name the labels joined by {@code _}; also of its folder
     * @param labels by axis: which value this run has
     */
    public record Run(String name, Map<String, String> labels, ExperimentFile file) {}

    /** A value of an axis: its name and what it overrides. */
    private record Choice(String axis, String label, Map<String, JsonNode> overrides, String pointer) {

        /** Whether what is put at a key before is gone after this. */
        boolean hides(String key) {
            return overrides.entrySet().stream()
                    .anyMatch(o -> !o.getValue().isNull()
                            && (key.equals(o.getKey()) || key.startsWith(o.getKey() + "."))
                            && !axis.equals(key));
        }
    }

    /**
     * Reads a file; empty where it is a single experiment.
     *
     * @param overrides put over the file before the axes are
     * @throws ConfigException for every mistake in the file, that of a run with its name
     */
    public static Optional<MatrixFile> read(Path file, Map<String, String> overrides) {
        return parse(file.toString(), ExperimentFile.text(file), overrides, ExperimentFile.stem(file));
    }

    static Optional<MatrixFile> parse(String source, String text, Map<String, String> overrides, String defaultName) {
        return of(YamlDocument.parse(source, text), overrides, defaultName);
    }

    /** The document is left as it is where it is a single experiment and no override makes it a matrix. */
    static Optional<MatrixFile> of(YamlDocument document, Map<String, String> overrides, String defaultName) {
        if (!document.root().has(MATRIX)
                && overrides.keySet().stream().noneMatch(key -> key.startsWith(MATRIX + "."))) {
            return Optional.empty();
        }
        overrides.forEach((key, value) -> override(document, key, value));
        List<List<Choice>> axes = axes(document);
        requireRuns(document, axes);
        overrides.forEach((key, value) -> requireEffect(axes, key, YamlDocument.said(key, value)));
        String name = name(document, defaultName);
        List<Run> runs = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (List<Choice> choices : combinations(axes)) {
            Run run = run(document, choices);
            if (!names.add(run.name())) {
                throw new ConfigException(
                        document.at(choices.getLast().pointer()) + ": two runs are named " + run.name());
            }
            runs.add(run);
        }
        return Optional.of(
                new MatrixFile(name, Binding.yaml(document.root()), List.copyOf(runs), launcher(document, runs)));
    }

    /** A matrix is launched as a whole. */
    private static Optional<LauncherConfig> launcher(YamlDocument document, List<Run> runs) {
        Optional<LauncherConfig> launcher = runs.getFirst().file().launcher();
        runs.stream()
                .filter(run -> !run.file().launcher().equals(launcher))
                .findFirst()
                .ifPresent(other -> {
                    throw new ConfigException(document.at("/" + LauncherConfig.KEY) + ": " + LauncherConfig.KEY
                            + " is that of the whole matrix, and its runs "
                            + runs.getFirst().name() + " and " + other.name()
                            + " have different ones; take it out of the axes");
                });
        return launcher;
    }

    /** A value for a key that an axis lists takes the place of what the axis lists. */
    private static void override(YamlDocument document, String key, String value) {
        if (!(document.root().path(MATRIX).get(key) instanceof ArrayNode)) {
            document.set(key, value);
            return;
        }
        JsonNode only = YamlDocument.value(key, value);
        String said = YamlDocument.said(key, value);
        document.set(
                MATRIX + "." + key,
                only.isArray() ? only : document.root().arrayNode().add(only),
                said,
                said);
    }

    /** What every value of an axis sets again would do nothing. */
    private static void requireEffect(List<List<Choice>> axes, String key, String said) {
        for (List<Choice> axis : axes) {
            Choice first = axis.getFirst();
            if (axis.stream().allMatch(choice -> choice.hides(key))) {
                throw new ConfigException(said + " would do nothing, since each value of the axis " + first.axis()
                        + " sets it; set it there, such as --set " + MATRIX + "." + first.axis() + "." + first.label()
                        + "." + key + "=...");
            }
        }
    }

    /** Counted before any run is made. */
    private static void requireRuns(YamlDocument document, List<List<Choice>> axes) {
        BigInteger runs =
                axes.stream().map(axis -> BigInteger.valueOf(axis.size())).reduce(BigInteger.ONE, BigInteger::multiply);
        if (runs.compareTo(BigInteger.valueOf(MOST_RUNS)) > 0) {
            throw new ConfigException(document.at("/" + MATRIX) + ": this matrix has "
                    + (runs.bitLength() > 62 ? "more than 10^18" : String.format(Locale.ROOT, "%,d", runs))
                    + " runs; "
                    + String.format(Locale.ROOT, "%,d", MOST_RUNS) + " are the most");
        }
    }

    private static String name(YamlDocument document, String defaultName) {
        JsonNode node = document.root().path("name");
        boolean given = !node.isMissingNode() && !node.isNull();
        String name = !given ? defaultName : node.isValueNode() ? node.asString() : node.toString();
        try {
            ExperimentConfig.requireName(name);
            return name;
        } catch (IllegalArgumentException e) {
            throw new ConfigException(document.at("/name") + ": " + e.getMessage(), e);
        }
    }

    private static List<List<Choice>> axes(YamlDocument document) {
        if (!(document.root().get(MATRIX) instanceof ObjectNode matrix) || matrix.isEmpty()) {
            throw new ConfigException(document.at("/" + MATRIX)
                    + ": a matrix is a table of axes, such as matrix: {seed: [1, 2, 3]}; here it has no runs");
        }
        List<List<Choice>> axes = new ArrayList<>();
        for (Map.Entry<String, JsonNode> axis : matrix.properties()) {
            String pointer = "/" + MATRIX + "/" + axis.getKey();
            List<Choice> choices = switch (axis.getValue()) {
                case ArrayNode values -> ofList(document, axis.getKey(), values, pointer);
                case ObjectNode values -> ofTable(document, axis.getKey(), values, pointer);
                default ->
                    throw new ConfigException(document.at(pointer) + ": the axis " + axis.getKey()
                            + " is a list of values, or a table of names and overrides");
            };
            if (choices.isEmpty()) {
                throw new ConfigException(document.at(pointer) + ": the axis " + axis.getKey()
                        + " has no values, so the matrix has no runs");
            }
            axes.add(choices);
        }
        return axes;
    }

    private static List<Choice> ofList(YamlDocument document, String key, ArrayNode values, String pointer) {
        List<Choice> choices = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            JsonNode value = values.get(i);
            String place = pointer + "/" + i;
            if (!value.isValueNode()) {
                throw new ConfigException(document.at(place) + ": a value of the list " + key
                        + " is a number or a word; name others in a table, such as small: {" + key + ": ...}");
            }
            String label = key.substring(key.lastIndexOf('.') + 1) + "-"
                    + RecordShape.plain(value).asString();
            choices.add(new Choice(key, checked(document, label, place), Map.of(key, value), place));
        }
        return choices;
    }

    private static List<Choice> ofTable(YamlDocument document, String axis, ObjectNode values, String pointer) {
        List<Choice> choices = new ArrayList<>();
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            String place = pointer + "/" + value.getKey();
            Map<String, JsonNode> overrides = new LinkedHashMap<>();
            if (value.getValue() instanceof ObjectNode table) {
                table.properties().forEach(o -> overrides.put(o.getKey(), o.getValue()));
            } else if (!value.getValue().isNull()) {
                throw new ConfigException(document.at(place) + ": " + value.getKey()
                        + " is a table of overrides, such as " + value.getKey() + ": {seed: 2}");
            }
            choices.add(new Choice(axis, checked(document, value.getKey(), place), overrides, place));
        }
        return choices;
    }

    private static String checked(YamlDocument document, String label, String pointer) {
        if (!label.matches(LABEL)) {
            throw new ConfigException(document.at(pointer)
                    + ": the name of a run is made of letters, digits, '.' and '-', not '"
                    + OneLine.shortened(label) + "'");
        }
        return label;
    }

    private static List<List<Choice>> combinations(List<List<Choice>> axes) {
        List<List<Choice>> combinations = List.of(List.of());
        for (List<Choice> axis : axes) {
            List<List<Choice>> longer = new ArrayList<>();
            for (List<Choice> begun : combinations) {
                for (Choice choice : axis) {
                    List<Choice> combination = new ArrayList<>(begun);
                    combination.add(choice);
                    longer.add(combination);
                }
            }
            combinations = longer;
        }
        return combinations;
    }

    private static Run run(YamlDocument matrix, List<Choice> choices) {
        YamlDocument document = matrix.copy();
        document.root().remove(MATRIX);
        String name = choices.stream().map(Choice::label).collect(Collectors.joining("_"));
        Map<String, String> labels = new LinkedHashMap<>();
        for (Choice choice : choices) {
            if (choice.overrides().containsKey("name")) {
                throw new ConfigException(matrix.at(choice.pointer() + "/name")
                        + ": a run of a matrix is named after its values; take name out of them");
            }
            labels.put(choice.axis(), choice.label());
            choice.overrides().forEach((key, value) -> {
                // A mistake in an override is told with the line of the override.
                String place = matrix.at(choice.pointer() + "/" + key);
                document.set(key, value, place + ": " + choice.label() + ": " + key, place);
            });
        }
        document.root().put("name", name);
        try {
            return new Run(name, labels, ExperimentFile.of(document, name));
        } catch (ConfigException e) {
            throw e.around("", " (in the run " + name + ")");
        }
    }
}
