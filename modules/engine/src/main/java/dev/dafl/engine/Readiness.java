package dev.dafl.engine;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.nn.Network;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

    /**
     * What is told of a run whose parts are all there; warns of a student that is larger than its teacher.
     *
     * @param student none where only a teacher is trained
     * @param generator where there is one
     * @param memory about how many bytes a step takes, where that is known
     */
    static Readiness of(
            RunContext context,
            RunData data,
            Network teacher,
            Optional<Network> student,
            Optional<Part> generator,
            Optional<Long> memory) {
        student.filter(network ->
                        network.parameters().count() > teacher.parameters().count())
                .ifPresent(network -> context.journal()
                        .emit(new RunEvent.Warning(String.format(
                                Locale.ROOT,
                                "the student has more parameters than its teacher: %,d and %,d",
                                network.parameters().count(),
                                teacher.parameters().count()))));
        ExperimentConfig config = context.config();
        ImageShape shape = data.shape();
        long[] image = {shape.channels(), shape.height(), shape.width()};
        List<Part> parts = new ArrayList<>();
        parts.add(Part.of("teacher", config.teacher().model(), teacher, image));
        student.ifPresent(network ->
                parts.add(Part.of("student", config.student().orElseThrow().model(), network, image)));
        generator.ifPresent(parts::add);
        return new Readiness(
                data.task(), data.set().isPresent(), data.test().isPresent(), parts, memory, config, Optional.empty());
    }

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
