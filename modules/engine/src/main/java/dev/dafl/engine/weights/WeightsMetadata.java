package dev.dafl.engine.weights;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.InputConfig;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.Declared;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What a weights file says of itself, so that it can be measured and used without the experiment that made it. */
public final class WeightsMetadata {

    static final String ROLE = "dafl.role";
    public static final String STATISTICS = "teacher-statistics";
    static final String EXPERIMENT = "dafl.experiment";
    /** The task of the network, as the part {@code input} of an experiment. */
    static final String INPUT = "dafl.input";

    private WeightsMetadata() {}

    /** @param role teacher, student, generator or {@link #STATISTICS} */
    public static Map<String, String> of(String role, Component model, ExperimentConfig config, Task task) {
        Map<String, String> metadata = new HashMap<>();
        metadata.put(ROLE, role);
        Optional<InputConfig> input = config.data().isPresent() ? Optional.empty() : Optional.of(task.asInput());
        metadata.put(EXPERIMENT, ExperimentFile.toYaml(new Described(config.data(), input, new Model(model))));
        metadata.put(INPUT, ExperimentFile.toYaml(task.asInput()));
        return metadata;
    }

    /** What the metadata say of the network's images and classes; empty where dafl has not written them. */
    static Optional<Declared> task(Map<String, String> metadata) {
        return input(metadata).map(input -> input.declared(true));
    }

    static Optional<InputConfig> input(Map<String, String> metadata) {
        return Optional.ofNullable(metadata.get(INPUT)).flatMap(InputConfig::parse);
    }

    /** Written as the beginning of an experiment file: its data or its input, and the network as its teacher. */
    private record Described(Optional<DataConfig> data, Optional<InputConfig> input, Model teacher) {}

    private record Model(Component model) {}
}
