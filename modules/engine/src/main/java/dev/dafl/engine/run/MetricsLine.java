package dev.dafl.engine.run;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.dafl.engine.config.JsonFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A line of {@code metrics.jsonl}: what was told of a step of a run. Steps are counted from 1. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "event", defaultImpl = MetricsLine.Other.class)
@JsonSubTypes({
    @JsonSubTypes.Type(value = MetricsLine.Teacher.class, name = "teacher"),
    @JsonSubTypes.Type(value = MetricsLine.Distillation.class, name = "distillation"),
    @JsonSubTypes.Type(value = MetricsLine.Evaluation.class, name = "evaluation"),
    @JsonSubTypes.Type(value = MetricsLine.Selection.class, name = "selection"),
    @JsonSubTypes.Type(value = MetricsLine.Recovery.class, name = "recovery"),
    @JsonSubTypes.Type(value = MetricsLine.Restart.class, name = "restart")
})
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface MetricsLine {

    /** The lines of a run in the order of writing; none where the folder has no such file. */
    static List<MetricsLine> read(Path folder) throws IOException {
        return JsonFile.lines(folder.resolve("metrics.jsonl"), MetricsLine.class);
    }

    /** One line, without its end. */
    static MetricsLine parse(String line) throws IOException {
        return JsonFile.line(line, MetricsLine.class, Artefact.METRICS.file());
    }

    /** A line with numbers of a training step. */
    sealed interface Training extends MetricsLine {

        long step();

        /** By their keys on disk. */
        Map<String, Double> values();

        /** The numbers in the order of writing. */
        default Stream<Metric> metrics() {
            return values().entrySet().stream()
                    .flatMap(
                            value -> Metric.parse(value.getKey())
                                    .map(key -> new Metric(key.group(), key.name(), value.getValue()))
                                    .stream());
        }
    }

    /** @param seconds since the beginning of the run */
    record Teacher(long step, double seconds, @JsonAnySetter Map<String, Double> values) implements Training {

        public Teacher {
            values = MetricsLine.known(values);
        }
    }

    /** @param seconds since the beginning of the run */
    record Distillation(
            long step, double seconds, @JsonAnySetter Map<String, Double> values) implements Training {

        public Distillation {
            values = MetricsLine.known(values);
        }
    }

    /**
     * A measurement on the test images.
     *
     * @param network teacher or student
     * @param accuracy 0 to 1
     */
    record Evaluation(long step, double seconds, String network, double accuracy) implements MetricsLine {

        /** Whether it is the student that was measured. */
        public boolean ofStudent() {
            return "student".equals(network);
        }
    }

    /** The student was the best so far, by its agreement (0 to 1) with the teacher on generated images. */
    record Selection(long step, double seconds, double agreement) implements MetricsLine {}

    /** A dead generator was replaced by that of the step {@code backTo}. */
    record Recovery(long step, double seconds, long backTo, String reason, double rateFactor) implements MetricsLine {

        public Recovery {
            reason = reason == null ? "" : reason;
        }
    }

    /** A fresh generator, the one of that number, took the place of the one before, with this step as its first. */
    record Restart(long step, double seconds, long generator) implements MetricsLine {}

    /** Without those of a line that somebody has changed that are no numbers. */
    private static Map<String, Double> known(Map<String, Double> values) {
        if (values == null) {
            return Map.of();
        }
        Map<String, Double> known = new LinkedHashMap<>(values);
        known.values().removeIf(Objects::isNull);
        return known;
    }

    /** What no reader of this version knows. */
    record Other() implements MetricsLine {}
}
