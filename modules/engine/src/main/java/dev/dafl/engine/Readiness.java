package dev.dafl.engine;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.task.Task;
import dev.dafl.tensor.nn.Network;
import java.util.List;
import java.util.Optional;

/**
 * An experiment that can begin.
 *
 * @param task of its networks
 * @param data whether there are data to train on
 * @param test whether there is something to measure on
 * @param parts its networks
 * @param memory about how many bytes a distillation from a generator takes besides the program itself
 * @param config with everything decided
 * @param time that it takes, where that was asked for
 */
public record Readiness(
        Task task,
        boolean data,
        boolean test,
        List<Part> parts,
        Optional<Long> memory,
        ExperimentConfig config,
        Optional<TimeEstimate> time) {

    Readiness taking(TimeEstimate measured) {
        return new Readiness(task, data, test, parts, memory, config, Optional.of(measured));
    }

    /**
     * A network of the experiment.
     *
     * @param role teacher, student or generator
     * @param model its plugin
     * @param parameters trainable numbers
     * @param multiplyAdds of one image
     */
    public record Part(String role, String model, long parameters, long multiplyAdds) {

        static Part of(String role, Component model, Network network, long... input) {
            return new Part(role, model.name(), network.parameters().count(), NetworkSize.multiplyAdds(network, input));
        }
    }
}
