package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.weights.WeightsFile;
import dev.dafl.tensor.nn.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A file with what a network has learnt: weights, or a graph of ONNX, which is the network as well. */
record TrainedFile(Path path) {

    private static final String ONNX = "onnx";

    /** The network, where the file is one. */
    Optional<Component> graph() {
        return path.toString().toLowerCase(Locale.ROOT).endsWith("." + ONNX)
                ? Optional.of(Component.named(ONNX).with("file", path.toString()))
                : Optional.empty();
    }

    /** @throws ConfigException when it is not there */
    void require() {
        if (!Files.isRegularFile(path)) {
            throw new ConfigException(Files.exists(path) ? path + " is no file" : "no such file: " + path);
        }
    }

    /**
     * An experiment whose teacher is the file's network.
     *
     * @param described one that a user names; the file's own description where it is empty
     * @param overrides as for an experiment
     * @param name of what has none
     * @throws ConfigException when the file cannot be read or does not say which network it is of
     */
    ExperimentFile experiment(Optional<Path> described, Map<String, String> overrides, String name) {
        Optional<String> teacher = graph().map(FlowYaml::table);
        teacher.ifPresent(_ -> require());
        if (described.isPresent()) {
            ExperimentFile file = ExperimentFile.read(described.get(), overrides);
            return teacher.map(graph -> file.with("teacher", graph)).orElse(file);
        }
        return ExperimentFile.parse(
                path + " (its description)",
                teacher.map(graph -> "teacher: " + graph).orElseGet(this::description),
                overrides,
                name);
    }

    private String description() {
        return weights()
                .description()
                .orElseThrow(() -> new ConfigException(path + " does not say which network it is"
                        + " of; name a file that does, with --config, such as configs/mnist/teacher.yaml"));
    }

    /** What the network is for, where dafl has written the file. */
    Optional<Task> task() {
        return graph().isPresent() ? Optional.empty() : weights().task();
    }

    /** Puts what was learnt into a network; a graph's was built with it. */
    void into(Network network, TeacherConfig teacher, Task task) {
        if (graph().isEmpty()) {
            weights().into(network, teacher, task);
        }
    }

    private WeightsFile weights() {
        return new WeightsFile(path);
    }
}
