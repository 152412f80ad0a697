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

    /** The size of what a generator grows from is this to twice this. */
    private static final int FIRST = 7;
    /** Of the paper's generator. */
    private static final int PAPERS_STAGES = 2;

    private static final int WIDTH = 128;
    /** The paper's weight for ten classes. What it weighs is at most the logarithm of their number. */
    private static final double INFORMATION_ENTROPY = 5;

    private static final long KEPT_BYTES = 512L << 20;

    private final int classes;
    private final int channels;
    private final int size;

    private Defaults(Optional<Task> task) {
        classes = task.map(Task::classes).orElse(10);
        channels = task.map(t -> t.shape().channels()).orElse(3);
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
                && config.method().isEmpty()
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
        generator.set("model", model());
        generator.set("optimizer", optimizer(0.03));
        generator.put("restart-every", steps() / 4);
        ArrayNode losses = NODES.arrayNode();
        losses.add(loss("one-hot", 1));
        losses.add(loss("information-entropy", INFORMATION_ENTROPY * Math.max(1, Math.log10(classes))));
        losses.add(loss("activation", 0.1));
        losses.add(loss("pixel-range", 1));
        generator.set("losses", losses);
        return generator;
    }

    /** The paper's for small images; for larger ones it begins as small as theirs does, and grows in more stages. */
    private ObjectNode model() {
        ObjectNode model = NODES.objectNode().put("name", "dcgan").put("latent", latent());
        int stages = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(size / FIRST);
        return stages <= PAPERS_STAGES
                ? model
                : model.put("width", WIDTH << Math.min(1, stages - PAPERS_STAGES - 1))
                        .put("stages", stages);
    }

    /** The paper takes 100 for ten classes of digits, and 1,000 for the hundred of CIFAR-100. */
    private int latent() {
        return Math.min(1000, Math.max(100, 10 * classes));
    }

    private ObjectNode distillation() {
        ObjectNode distillation = NODES.objectNode();
        distillation.put("loss", "logit-matching");
        distillation.set("schedule", NODES.objectNode().put("kind", "joint").put("steps", steps()));
        distillation.put("batch", batch());
        distillation.set("replay", NODES.objectNode().put("steps", 4).put("batches", kept()));
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

    /** As many batches of images as fit into the memory that is meant for them. */
    private long kept() {
        long bytes = (long) batch() * channels * size * size * Float.BYTES;
        return Math.clamp(KEPT_BYTES / bytes, 8, 128);
    }

    private static ObjectNode optimizer(double rate) {
        return NODES.objectNode().put("name", "adam").put("learning-rate", rate).put("schedule", "cosine");
    }

    private static ObjectNode loss(String name, double weight) {
        return NODES.objectNode().put("name", name).put("weight", weight);
    }
}
