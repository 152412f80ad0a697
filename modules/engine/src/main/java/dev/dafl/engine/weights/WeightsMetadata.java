package dev.dafl.engine.weights;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentFile;
import java.util.Map;

/** What a weights file says of itself, so that it can be measured without the experiment that made it. */
public final class WeightsMetadata {

    static final String ROLE = "dafl.role";
    public static final String STATISTICS = "teacher-statistics";
    static final String EXPERIMENT = "dafl.experiment";

    private WeightsMetadata() {}

    /** @param role teacher, student, generator or {@link #STATISTICS} */
    public static Map<String, String> of(String role, Component model, DataConfig data) {
        return Map.of(ROLE, role, EXPERIMENT, ExperimentFile.toYaml(new Described(data, new Model(model))));
    }

    /** Written as the beginning of an experiment file: its data, and the network as its teacher. */
    private record Described(DataConfig data, Model teacher) {}

    private record Model(Component model) {}
}
