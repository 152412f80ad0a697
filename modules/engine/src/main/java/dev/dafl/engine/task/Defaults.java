package dev.dafl.engine.task;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How a student learns without data where its experiment does not say: values that fit the size of the images and the number
 * of the classes. They stand in the run's configuration like all others.
 */
public final class Defaults {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    /** Below this size, a step is cheap enough for more of them. */
    private static final int SMALL = 32;

    private final int classes;
    private final int size;

    private Defaults(Optional<Task> task) {
        classes = task.map(Task::classes).orElse(10);
        size = task.map(t -> Math.max(t.shape().height(), t.shape().width())).orElse(SMALL);
    }

    /**
     * The experiment with everything that it leaves out. One with data and a generator of its own has it all.
     *
     * @param task that the teacher tells; empty where there are data
     */
    public static ExperimentFile complete(ExperimentFile file, Optional<Task> task) {
        ExperimentConfig config = file.config();
        boolean open = config.student().isPresent()
                && config.transfer().isEmpty()
                && (config.data().isEmpty() || config.generator().isEmpty());
        return open ? file.completed(new Defaults(task).values()) : file;
    }

    private ObjectNode values() {
        ObjectNode all = NODES.objectNode();
        all.set("generator", generator());
        all.set("student", NODES.objectNode().set("optimizer", optimizer(0.004)));
        all.set("distillation", distillation());
        return all;
    }

    private ObjectNode generator() {
        ObjectNode generator = NODES.objectNode();
        generator.set("model", NODES.objectNode().put("name", "dcgan").put("latent", 100));
        generator.set("optimizer", optimizer(0.03));
        generator.put("restart-every", steps() / 4);
        ArrayNode losses = NODES.arrayNode();
        losses.add(loss("one-hot", 1));
        losses.add(loss("information-entropy", 5));
        losses.add(loss("activation", 0.1));
        losses.add(loss("pixel-range", 1));
        generator.set("losses", losses);
        return generator;
    }

    private ObjectNode distillation() {
        ObjectNode distillation = NODES.objectNode();
        distillation.put("loss", "logit-matching");
        distillation.set("schedule", NODES.objectNode().put("kind", "joint").put("steps", steps()));
        distillation.put("batch", batch());
        distillation.set("replay", NODES.objectNode().put("steps", 4).put("batches", 128));
        distillation.put("select-every", 100);
        return distillation;
    }

    private long steps() {
        return size <= SMALL ? 1000 : 2000;
    }

    /** One in which each class comes up several times, as the losses over a batch want it. */
    private int batch() {
        return Math.max(size > 64 ? 64 : 128, Math.min(512, 4 * classes));
    }

    private static ObjectNode optimizer(double rate) {
        return NODES.objectNode().put("name", "adam").put("learning-rate", rate).put("schedule", "cosine");
    }

    private static ObjectNode loss(String name, double weight) {
        return NODES.objectNode().put("name", name).put("weight", weight);
    }
}
