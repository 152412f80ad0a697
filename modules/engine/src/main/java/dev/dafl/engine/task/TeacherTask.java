package dev.dafl.engine.task;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.InputConfig;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Brings together what the experiment, the teacher's network and its weights say of its images and classes. */
public final class TeacherTask {

    private static final String INPUT = "/input";

    private final ExperimentFile file;
    private final List<Said> all = new ArrayList<>();

    /** @param by who says it, in words */
    private record Said(String by, Declared what) {}

    /** @param <T> of the value */
    private record Value<T>(String by, T value) {}

    /**
     * A task, and what had to be assumed.
     *
     * @param assumptions in sentences without a full stop
     */
    public record Found(Task task, List<String> assumptions) {}

    public TeacherTask(ExperimentFile file) {
        this.file = file;
        file.config().input().ifPresent(input -> all.add(new Said("input", declared(input))));
    }

    /** Somebody else says something of the task: a network, or a file with weights. */
    public TeacherTask with(String by, Declared what) {
        all.add(new Said(by, what));
        return this;
    }

    private Declared declared(InputConfig input) {
        try {
            return input.declared(false);
        } catch (IllegalArgumentException e) {
            throw file.mistake(INPUT, e);
        }
    }

    /** @throws ConfigException when two contradict each other, or nobody says what must be known, with file and line */
    public Found find() {
        List<String> assumptions = new ArrayList<>();
        int channels = required("channels", Declared::channels, "channels: 3");
        int height = required("size", Declared::height, "size: 32");
        int width = required("size", Declared::width, "size: 32");
        int classes = required("classes", TeacherTask::classes, "classes: 10");
        List<String> names = agreed("class-names", TeacherTask::names)
                .map(Value::value)
                .orElseGet(() ->
                        IntStream.range(0, classes).mapToObj(Integer::toString).toList());
        Normalization normalization = normalization(channels).orElseGet(() -> {
            assumptions.add("nobody says how the teacher's images are normalised: they are taken to be from 0 to 1."
                    + " Say it with input: {mean: [...], std: [...]} or input: {range: [-1, 1]}");
            return new Normalization(Collections.nCopies(channels, 0.0), Collections.nCopies(channels, 1.0));
        });
        return new Found(
                new Task(source(), new ImageShape(channels, height, width), names, normalization),
                List.copyOf(assumptions));
    }

    private String source() {
        return all.stream().map(Said::by).reduce((_, last) -> last).orElse("input");
    }

    private static Optional<Integer> classes(Declared what) {
        return what.classNames().isEmpty()
                ? what.classes()
                : Optional.of(what.classNames().size());
    }

    private static Optional<List<String>> names(Declared what) {
        return what.classNames().isEmpty() ? Optional.empty() : Optional.of(what.classNames());
    }

    /** The experiment's own goes before a file's: it is the one that a user can mend. */
    private Optional<Normalization> normalization(int channels) {
        Optional<Normalization> written;
        try {
            written = file.config().input().flatMap(input -> input.normalization(channels));
        } catch (IllegalArgumentException e) {
            throw file.mistake(INPUT, e);
        }
        return written.isPresent()
                ? written
                : agreed("mean and std", Declared::normalization).map(Value::value);
    }

    private <T> T required(String key, Function<Declared, Optional<T>> asked, String example) {
        return agreed(key, asked)
                .map(Value::value)
                .orElseThrow(() -> file.mistake(
                        INPUT,
                        "nothing says the " + key + " of the teacher's images; add it: input: {" + example + "}"));
    }

    private <T> Optional<Value<T>> agreed(String key, Function<Declared, Optional<T>> asked) {
        List<Value<T>> values = all.stream()
                .flatMap(said -> asked.apply(said.what()).stream().map(value -> new Value<>(said.by(), value)))
                .toList();
        for (Value<T> other : values) {
            if (!Objects.equals(other.value(), values.getFirst().value())) {
                throw file.mistake(
                        INPUT,
                        key + ": " + values.getFirst().by() + " says "
                                + values.getFirst().value() + ", and " + other.by() + " says " + other.value());
            }
        }
        return values.stream().findFirst();
    }
}
