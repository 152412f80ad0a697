package dev.dafl.engine.report;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures of the paper that some of our experiments stand beside, from {@code paper.json}.
 *
 * @param source the paper
 * @param recalled what is said of figures that are not exact
 * @param figures in the order of its tables
 */
record PaperFigures(String source, String recalled, List<Figure> figures) {

    /**
     * A figure of the paper.
     *
     * @param experiment of ours that has it: the name of a run, or of a matrix where there are labels
     * @param labels of the matrix's row
     * @param dataset of the experiment
     * @param model of the student
     * @param name of the row in the paper
     * @param teacher its accuracy, 0 to 1, where it is known
     * @param student its accuracy, 0 to 1
     * @param exact whether it was read in the paper; else it is known about
     */
    record Figure(
            String experiment,
            Set<String> labels,
            String dataset,
            String model,
            String name,
            OptionalDouble teacher,
            double student,
            boolean exact) {

        /** The student's accuracy for people. */
        String words() {
            return (exact ? "" : "about ") + Words.percent(student);
        }
    }

    static PaperFigures read() throws IOException {
        try (InputStream in = PaperFigures.class.getResourceAsStream("paper.json")) {
            JsonNode json = new JsonMapper().readTree(in);
            List<Figure> figures = new ArrayList<>();
            for (JsonNode f : json.path("figures")) {
                Set<String> labels = StreamSupport.stream(f.path("labels").spliterator(), false)
                        .map(JsonNode::asString)
                        .collect(Collectors.toUnmodifiableSet());
                figures.add(new Figure(
                        f.path("experiment").asString(),
                        labels,
                        f.path("dataset").asString(),
                        f.path("model").asString(),
                        f.path("name").asString(),
                        f.path("teacher").isNumber()
                                ? OptionalDouble.of(f.path("teacher").asDouble())
                                : OptionalDouble.empty(),
                        f.path("student").asDouble(),
                        f.path("exact").asBoolean()));
            }
            return new PaperFigures(
                    json.path("source").asString(), json.path("recalled").asString(), List.copyOf(figures));
        }
    }

    /** What is to be said below these figures. */
    String note(Collection<Figure> shown) {
        return "Paper: " + source + "." + (shown.stream().allMatch(Figure::exact) ? "" : " " + recalled + ".");
    }

    /** The figure beside a row of a matrix. */
    Optional<Figure> ofRow(String matrix, Set<String> labels) {
        return figures.stream()
                .filter(f -> f.experiment().equals(matrix) && f.labels().equals(labels))
                .findFirst();
    }

    /**
     * The figure beside a run. One of a matrix does not know its matrix, but its name is its labels; data and student tell it
     * from one of another matrix.
     */
    Optional<Figure> ofRun(String name, String dataset, String model) {
        Set<String> labels = Arrays.stream(name.split("_"))
                .filter(label -> !label.startsWith("seed-"))
                .collect(Collectors.toSet());
        return figures.stream()
                .filter(f -> f.dataset().equals(dataset) && f.model().equals(model))
                .filter(f -> f.labels().isEmpty()
                        ? f.experiment().equals(name)
                        : f.labels().equals(labels))
                .findFirst();
    }
}
