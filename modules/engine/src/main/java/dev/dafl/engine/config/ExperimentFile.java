package dev.dafl.engine.config;

import dev.dafl.spi.OptionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An experiment that was read from a file: the records, and where in the file each value stands, so that mistakes that
 * only show later (a plugin that nobody knows) are told with file and line as well.
 */
public final class ExperimentFile implements ConfigFile {

    private final YamlDocument document;
    private final ExperimentConfig config;
    private final Optional<LauncherConfig> launcher;

    private ExperimentFile(YamlDocument document, ExperimentConfig config, Optional<LauncherConfig> launcher) {
        this.document = document;
        this.config = config;
        this.launcher = launcher;
    }

    /**
     * Reads a file and puts the overrides over it.
     *
     * @param overrides from keys such as {@code teacher.epochs} to values in YAML
     * @throws ConfigException for every mistake in the file or the overrides
     */
    public static ExperimentFile read(Path file, Map<String, String> overrides) {
        return parse(file.toString(), text(file), overrides, stem(file));
    }

    static String stem(Path file) {
        return file.getFileName().toString().replaceFirst("\\.ya?ml$", "");
    }

    static String text(Path file) {
        try {
            byte[] bytes;
            try (InputStream in = Files.newInputStream(file)) {
                bytes = in.readNBytes(YamlReader.LONGEST + 1);
            }
            if (bytes.length > YamlReader.LONGEST) {
                throw new ConfigException(file + ": " + YamlReader.tooLong());
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (NoSuchFileException e) {
            throw new ConfigException("no such file: " + file + nearestFile(file), e);
        } catch (CharacterCodingException e) {
            throw new ConfigException(file + " is not a text in UTF-8", e);
        } catch (IOException e) {
            throw new ConfigException(
                    "cannot read " + file + ": " + (Files.isDirectory(file) ? "it is a folder" : e.toString()), e);
        }
    }

    /** As {@link #read}, of a text; {@code source} is what messages call it. */
    public static ExperimentFile parse(String source, String text, Map<String, String> overrides, String defaultName) {
        return of(YamlDocument.parse(source, text), overrides, defaultName);
    }

    static ExperimentFile of(YamlDocument document, Map<String, String> overrides, String defaultName) {
        overrides.forEach(document::set);
        return of(document, defaultName);
    }

    static ExperimentFile of(YamlDocument document, String defaultName) {
        if (!document.root().has("name")) {
            document.root().put("name", defaultName);
        }
        // A number whose 0 is a choice to be made has a word for it, as device and precision have.
        if (document.root().path("threads").asString("").equals("auto")) {
            document.root().put("threads", 0);
        }
        // A method has rounds and nothing else.
        if (document.root().hasNonNull("method")
                && document.root().path("distillation").path("schedule") instanceof ObjectNode schedule
                && !schedule.has("kind")) {
            schedule.put("kind", "rounds");
        }
        Optional<LauncherConfig> launcher = LauncherConfig.of(document);
        ObjectNode run = document.root().deepCopy();
        run.remove(LauncherConfig.KEY);
        try {
            return new ExperimentFile(document, Binding.bind(run, ExperimentConfig.class), launcher);
        } catch (Binding.MistakeException e) {
            throw new ConfigException(
                    document.at(e.mistake()) + ": " + e.mistake().problem(), e);
        }
    }

    /** The same experiment with one value put over it, as by {@code --set}. */
    public ExperimentFile with(String key, String value) {
        YamlDocument changed = document.copy();
        changed.set(key, value);
        return of(changed, config.name());
    }

    /**
     * The same experiment with values where it has none.
     *
     * @param defaults parts of an experiment, such as {@code generator}; a part that the file has gets those of its keys that it
     *     lacks
     */
    public ExperimentFile completed(ObjectNode defaults) {
        YamlDocument changed = document.copy();
        for (Map.Entry<String, JsonNode> part : defaults.properties()) {
            JsonNode before = changed.root().path(part.getKey());
            if (before instanceof ObjectNode table && part.getValue() instanceof ObjectNode values) {
                values.properties().stream()
                        .filter(value -> !table.hasNonNull(value.getKey()))
                        .forEach(value -> table.set(value.getKey(), value.getValue()));
            } else if (before.isMissingNode() || before.isNull()) {
                changed.root().set(part.getKey(), part.getValue());
            }
        }
        return of(changed, config.name());
    }

    /**
     * The same experiment with the values that suit its method where it has none, however deep. Of a table that names a plugin or
     * a kind, only one of the same name or kind gets more.
     *
     * @param values by their keys with dots between them
     */
    public ExperimentFile suited(Map<String, Object> values) {
        YamlDocument changed = document.copy();
        fill(
                changed.root(),
                SuitedValues.of(values, document.root().path("distillation").path("schedule")));
        return of(changed, config.name());
    }

    private static void fill(ObjectNode table, ObjectNode values) {
        for (Map.Entry<String, JsonNode> value : values.properties()) {
            JsonNode before = table.path(value.getKey());
            if (before.isMissingNode() || before.isNull()) {
                table.set(value.getKey(), value.getValue());
            } else if (before instanceof ObjectNode inside
                    && value.getValue() instanceof ObjectNode more
                    && isOfOneKind(inside, more)) {
                fill(inside, more);
            }
        }
    }

    private static boolean isOfOneKind(ObjectNode one, ObjectNode other) {
        return Stream.of("name", "kind")
                .allMatch(key -> !one.has(key)
                        || one.path(key).asString("").equals(other.path(key).asString("")));
    }

    /**
     * The same experiment with the method that takes over where its own dies; it has the whole budget again.
     *
     * @return empty where there is none
     */
    public Optional<ExperimentFile> fallenBack() {
        return config.fallback().map(_ -> {
            YamlDocument changed = document.copy();
            ObjectNode root = changed.root();
            root.set("method", root.remove("fallback"));
            if (config.budget().isPresent() && root.path("distillation") instanceof ObjectNode distillation) {
                root.put("budget", config.budget().get().text());
                distillation.remove("schedule");
            }
            return of(changed, config.name());
        });
    }

    /** Whether the file says anything of how long the student learns. */
    public boolean hasSchedule() {
        return config.budget().isPresent()
                || document.root().path("distillation").hasNonNull("schedule");
    }

    /**
     * Where a budget decides how long the schedule is, the file does not.
     *
     * @throws ConfigException when it says a length
     */
    public void requireOpenSchedule() {
        if (config.openBudget().isEmpty()) {
            return;
        }
        Set<String> chosen = config.distillation().schedule().chosenByBudget();
        document.root().path("distillation").path("schedule").properties().stream()
                .map(Map.Entry::getKey)
                .filter(chosen::contains)
                .findFirst()
                .ifPresent(key -> {
                    throw mistake(
                            "/distillation/schedule/" + key,
                            "budget decides how long the schedule is: take " + key + " out, or budget");
                });
    }

    public ExperimentConfig config() {
        return config;
    }

    @Override
    public Optional<LauncherConfig> launcher() {
        return launcher;
    }

    @Override
    public String yaml() {
        return Binding.yaml(document.root());
    }

    /** A mistake at a place in the file, such as {@code /teacher/model}. */
    public ConfigException mistake(String pointer, String problem) {
        return new ConfigException(document.at(pointer) + ": " + problem);
    }

    /** A mistake that somebody else found, in the words that it was told in; one inside a plugin's options at its own place. */
    public ConfigException mistake(String pointer, RuntimeException told) {
        if (told instanceof OptionException option) {
            return mistake(pointer + "/" + option.place(), Binding.told(option));
        }
        return new ConfigException(told).around(document.at(pointer) + ": ", "");
    }

    /** Where a plugin stands that the options of another name; that other one's place where none of them does. */
    public String within(String pointer, Component named) {
        return document.root().at(pointer).properties().stream()
                .filter(option -> option.getValue().asString("").equals(named.name())
                        || (option.getValue().isObject()
                                && option.getValue()
                                        .path("name")
                                        .asString(named.name())
                                        .equals(named.name())))
                .findFirst()
                .map(option -> pointer + "/" + option.getKey())
                .orElse(pointer);
    }

    /**
     * The options of a component over a plugin's defaults.
     *
     * @param pointer where the component stands
     * @throws ConfigException for unknown keys and values that do not fit, with file and line
     */
    public <O extends Record> O options(String pointer, Component component, O defaults) {
        try {
            return Binding.bind(document.spelled(pointer, component.options()), defaults);
        } catch (Binding.MistakeException e) {
            throw new ConfigException(
                    document.at(pointer + e.mistake().pointer()) + ": " + component.name() + ": "
                            + e.mistake().problem(),
                    e);
        }
    }

    /** An experiment, or a plugin's options, as YAML. */
    public static String toYaml(Record record) {
        return Binding.yaml(record);
    }

    private static String nearestFile(Path file) {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            return "";
        }
        try (var files = Files.list(folder)) {
            List<String> names = files.map(f -> f.getFileName().toString())
                    .filter(name -> name.endsWith(".yaml") || name.endsWith(".yml"))
                    .toList();
            return Nearest.of(file.getFileName().toString(), names)
                    .map(name -> "; did you mean " + file.resolveSibling(name) + "?")
                    .orElse("");
        } catch (IOException e) {
            return "";
        }
    }
}
