package dev.dafl.engine.config;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.spi.Range;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Where runs are run. It changes nothing of what comes out, and is no part of what a run's folder tells of it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "name")
@JsonSubTypes({
    @JsonSubTypes.Type(value = LauncherConfig.Local.class, name = "local"),
    @JsonSubTypes.Type(value = LauncherConfig.Slurm.class, name = "slurm")
})
public sealed interface LauncherConfig {

    /** The key of a file. */
    String KEY = "launcher";

    /** On this machine; what is taken where nothing is said. */
    record Local() implements LauncherConfig {}

    /**
     * As jobs of the Slurm that this machine submits to; what is left out is Slurm's own choice.
     *
     * @param partition of the cluster
     * @param account that is charged
     * @param qos quality of service
     * @param gpus of each run; 0
     * @param cpus of each run; where they are left out, as many as the file's threads, else 1. A file that leaves its threads
     *     open gets as many
     * @param memory of each run, such as {@code 8G}
     * @param time limit of each job, such as {@code 2h}; a minute or more. A run that is not done by then goes on from its
     *     checkpoint in the same job, which is queued again
     * @param saveBefore how long before the limit a run is told to save what it has; 2 minutes, or a quarter of a time that is
     *     shorter than 8 minutes
     * @param array whether all runs are one job array; true
     * @param atOnce how many runs of an array go side by side at most
     * @param options of sbatch besides these, such as {@code --constraint=a100}
     */
    record Slurm(
            Optional<String> partition,
            Optional<String> account,
            Optional<String> qos,
            @Range(min = 0) Integer gpus,
            @Range(min = 1) Optional<Integer> cpus,
            Optional<String> memory,
            Optional<TimeSpan> time,
            Optional<TimeSpan> saveBefore,
            Boolean array,
            @Range(min = 1) Optional<Integer> atOnce,
            List<String> options)
            implements LauncherConfig {

        private static final Duration MINUTE = Duration.ofMinutes(1);
        private static final Duration USUAL_NOTICE = Duration.ofMinutes(2);
        /** Of what the launcher itself says to sbatch. */
        private static final Set<String> TAKEN = Set.of(
                "--array",
                "--chdir",
                "--error",
                "--export",
                "--job-name",
                "--no-requeue",
                "--open-mode",
                "--output",
                "--parsable",
                "--requeue",
                "--signal",
                "--test-only",
                "--wait",
                "--wrap");

        public Slurm {
            partition = name(partition, "partition");
            account = name(account, "account");
            qos = name(qos, "qos");
            gpus = gpus == null ? 0 : gpus;
            cpus = cpus == null ? Optional.empty() : cpus;
            memory = memory == null ? Optional.empty() : memory.map(String::strip);
            memory.filter(text -> !text.matches("[1-9]\\d{0,8}[KMGT]")).ifPresent(text -> {
                throw new IllegalArgumentException(
                        "memory is a number with K, M, G or T, such as 8G, not '" + OneLine.shortened(text) + "'");
            });
            time = time == null ? Optional.empty() : time;
            time.filter(limit -> limit.duration().compareTo(MINUTE) < 0).ifPresent(limit -> {
                throw new IllegalArgumentException(
                        "time is a minute or more, since Slurm counts in minutes, not " + limit);
            });
            saveBefore = saveBefore == null ? Optional.empty() : saveBefore;
            if (time.isPresent()
                    && saveBefore.isPresent()
                    && saveBefore.get().duration().compareTo(time.get().duration()) >= 0) {
                throw new IllegalArgumentException("save-before is shorter than time, which is " + time.get() + ", not "
                        + saveBefore.get() + ": a run would be told to end before it has begun");
            }
            array = array == null || array;
            atOnce = atOnce == null ? Optional.empty() : atOnce;
            options = options == null ? List.of() : List.copyOf(options);
            options.forEach(Slurm::requireOption);
        }

        /** How long before a job's limit its run is told. */
        public Duration notice() {
            return saveBefore
                    .map(TimeSpan::duration)
                    .orElseGet(() -> time.map(limit -> limit.duration().dividedBy(4))
                            .filter(quarter -> quarter.compareTo(USUAL_NOTICE) < 0)
                            .orElse(USUAL_NOTICE));
        }

        private static Optional<String> name(Optional<String> given, String key) {
            Optional<String> name = given == null ? Optional.empty() : given;
            name.filter(text -> !text.matches("[A-Za-z0-9_][A-Za-z0-9_.,+@-]{0,200}"))
                    .ifPresent(text -> {
                        throw new IllegalArgumentException(key + " is a name that Slurm knows, without spaces, not '"
                                + OneLine.shortened(text) + "'");
                    });
            return name;
        }

        private static void requireOption(String option) {
            if (!option.matches("--[a-z][a-z-]*(=\\S+)?")) {
                throw new IllegalArgumentException(
                        "options are long options of sbatch in one word each, such as --constraint=a100, not '"
                                + OneLine.shortened(option) + "'");
            }
            String name = option.split("=", 2)[0];
            if (TAKEN.contains(name)) {
                throw new IllegalArgumentException(
                        "options has " + name + ", which the launcher itself says to sbatch; take it out");
            }
        }
    }

    /**
     * The launcher of a file.
     *
     * @throws ConfigException for a mistake in it, with file and line
     */
    static Optional<LauncherConfig> of(YamlDocument document) {
        JsonNode node = document.root().path(KEY);
        if (node.isMissingNode() || node.isNull()) {
            return Optional.empty();
        }
        if (node.isString()) {
            // A launcher by its bare name, as a plugin.
            ObjectNode table = document.root().objectNode().set("name", node);
            document.root().set(KEY, table);
            node = table;
        }
        if (!node.isObject()) {
            throw new ConfigException(document.at("/" + KEY) + ": " + KEY
                    + " is local or slurm, or a table such as {name: slurm, partition: long}");
        }
        try {
            return Optional.of(Binding.bind(node, LauncherConfig.class));
        } catch (Binding.MistakeException e) {
            Binding.Mistake inside = new Binding.Mistake(
                    "/" + KEY + e.mistake().pointer(), e.mistake().problem());
            throw new ConfigException(document.at(inside) + ": " + KEY + ": " + inside.problem(), e);
        }
    }

    /**
     * A launcher of a text of its own, such as that of a command line.
     *
     * @param said what messages call it
     * @param yaml a name, or a table such as <code>{name: slurm, partition: long}</code>
     * @throws ConfigException when it is none
     */
    static LauncherConfig parse(String said, String yaml) {
        YamlDocument document = new YamlDocument(said, JsonNodeFactory.instance.objectNode(), new TreeMap<>());
        JsonNode value = YamlReader.read(yaml, _ -> said)
                .map(YamlReader.Tree::root)
                .orElseGet(JsonNodeFactory.instance::nullNode);
        document.set(KEY, value, said, said);
        return of(document)
                .orElseThrow(() -> new ConfigException(
                        said + " is local or slurm, or a table such as" + " '{name: slurm, partition: long}'"));
    }
}
