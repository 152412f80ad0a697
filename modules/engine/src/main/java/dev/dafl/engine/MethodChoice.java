package dev.dafl.engine;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ExperimentParts;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.MethodCheck;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A method for an experiment that names none and has no data: the best of our own comparison (docs/results.md) that the networks
 * allow, and one that needs less where it dies.
 *
 * @param file with the method
 * @param told what was chosen, and why
 */
record MethodChoice(ExperimentFile file, RunEvent.Decided told) {

    /** The better before the worse, with the options of their rows. */
    private static final List<String> BY_RANK = List.of("""
            {"name": "spaceshipnet", "batch": 128, "steps": 20, "stored": 512}""", """
            {"name": "fast"}""");

    /** What the rows have besides, {@code configs/cifar/small/budget.yaml}. */
    private static final String ROW = """
            {
              "student": {
                "optimizer": {
                  "name": "sgd", "learning-rate": 0.1, "momentum": 0.9, "weight-decay": 0.0001, "schedule": "cosine"
                }
              },
              "distillation": {"batch": 128, "augment": {"crop-padding": 4, "flip": true}}
            }""";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String LAST = "dfad";
    private static final String TIME = "30min";
    private static final int GREY = 1;

    /** Of images of more pixels along a side, batches as the methods' papers have them do not fit into an ordinary memory. */
    private static final int LARGEST = 64;

    /**
     * Looks at the networks; neither has to be trained.
     *
     * @return empty where the experiment says itself how its student learns, or the images are so simple that a generator and
     *     DAFL's losses do, or so large that a method's batches are too much, or no method fits
     */
    static Optional<MethodChoice> of(ExperimentFile file, Task task, Extensions extensions) {
        if (!isOpen(file.config()) || !isWithin(task.shape())) {
            return Optional.empty();
        }
        Set<String> installed = extensions.all(SynthesizerFactory.class).stream()
                .map(method -> method.name())
                .collect(Collectors.toSet());
        List<String> reasons = new ArrayList<>();
        for (String row : BY_RANK) {
            JsonNode method = JSON.readTree(row);
            String name = method.path("name").asString();
            if (!installed.contains(name)) {
                continue;
            }
            ExperimentFile chosen = with(file, method, installed);
            Optional<String> missing = missing(ExperimentParts.suited(chosen, extensions), task, extensions);
            if (missing.isEmpty()) {
                return Optional.of(new MethodChoice(chosen, told(chosen.config(), reasons)));
            }
            reasons.add(name + " does not do: " + missing.get());
        }
        return Optional.empty();
    }

    private static boolean isWithin(ImageShape shape) {
        return shape.channels() > GREY && Math.max(shape.height(), shape.width()) <= LARGEST;
    }

    private static boolean isOpen(ExperimentConfig config) {
        return config.student().isPresent()
                && config.data().isEmpty()
                && config.method().isEmpty()
                && config.generator().isEmpty()
                && config.transfer().isEmpty();
    }

    private static ExperimentFile with(ExperimentFile file, JsonNode method, Set<String> installed) {
        ObjectNode values = JSON.readTree(ROW).asObject();
        values.set("method", method);
        if (installed.contains(LAST)) {
            values.put("fallback", LAST);
        }
        if (!file.hasSchedule()) {
            values.put("budget", TIME);
        }
        return file.completed(values);
    }

    private static Optional<String> missing(ExperimentFile file, Task task, Extensions extensions) {
        ExperimentParts parts = ExperimentParts.of(file, extensions);
        Distilling student = parts.distillation().orElseThrow();
        if (!(student.images() instanceof ImageSource.Synthesized method)) {
            throw new IllegalStateException("an experiment with a method has images of a method");
        }
        RandomStream random = new RandomStream(0);
        Networks networks = new Networks(file, new Compute(Device.CPU, false), random);
        try (Network teacher = networks.classifier("teacher", parts.teacher(), task.shape(), task.classes());
                Network learner = networks.classifier("student", student.student(), task.shape(), task.classes())) {
            return new MethodCheck(method.method().identity(), method.method().needs(), method.terms())
                    .missing(teacher, learner, task.shape(), random);
        }
    }

    private static RunEvent.Decided told(ExperimentConfig config, List<String> reasons) {
        List<String> why = new ArrayList<>(reasons);
        why.add("it is the best of docs/results.md that the teacher allows"
                + config.fallback()
                        .map(Component::name)
                        .map(name -> "; " + name + " takes over where it dies")
                        .orElse(""));
        return new RunEvent.Decided("method " + config.method().orElseThrow(), String.join("; ", why));
    }
}
