package dev.dafl.plugins.cmi;

import dev.dafl.plugins.cmi.Cmi.Options;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Wanted;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares images with each other and with those of earlier rounds. */
final class Comparison {

    private final Synthesis synthesis;
    private final Options options;
    private final Adam optimizer;
    private final Memory memory;
    private @Nullable Embedding embedding;

    Comparison(Synthesis synthesis, Options options, Adam optimizer) {
        this.synthesis = synthesis;
        this.options = options;
        this.optimizer = optimizer;
        this.memory = new Memory(synthesis.rows("memory", options.memory(), options.embedding()));
    }

    /**
     * What came of it.
     *
     * @param loss one number without dimensions
     * @param embeddings {@code [n, d]} of the moved view
     * @param learning what else the loss is to change
     */
    record Compared(Tensor loss, Tensor embeddings, List<Tensor> learning) {}

    /**
     * @param moved the view that the losses saw, {@code [n, c, h, w]}
     * @param inputs what entered the teacher's batch-norm layers with it; empty where nobody has asked for it
     * @param cropped the other view
     * @param step of the whole run
     */
    Compared of(Tensor moved, List<BatchNormInput> inputs, Tensor cropped, long step) {
        Tensor global = Embedding.features(inputs.isEmpty() ? inputs(moved) : inputs);
        Tensor local = Embedding.features(inputs(cropped));
        Embedding head = embedding(global.size(1), step);
        Tensor embeddings = head.of(global);
        Optional<Tensor> earlier =
                memory.draw(options.negatives(), synthesis.random().at("negatives", step));
        return new Compared(
                Contrast.loss(head.of(local), embeddings, earlier, options.temperature()),
                embeddings.detach(),
                head.head().parameters().trainable());
    }

    private List<BatchNormInput> inputs(Tensor images) {
        return synthesis.teacher(images, Set.of(Wanted.BATCH_NORM_INPUTS)).batchNormInputs();
    }

    /** Only with the first images is it known how many numbers enter it. */
    private Embedding embedding(long features, long step) {
        Embedding head = embedding;
        if (head == null) {
            head = Embedding.of(synthesis, features, options.embedding(), options.headLearningRate(), optimizer);
            embedding = head;
        }
        if (step == 0) {
            // A first round that was left in its middle, when a checkpoint from before it had no head to go back to.
            head.begin(synthesis);
        }
        return head;
    }

    /** The head takes a step along its gradients. */
    void step() {
        Embedding head = embedding;
        if (head != null) {
            head.learner().step();
        }
    }

    /** @param embeddings {@code [n, d]} of finished images */
    void remember(Tensor embeddings) {
        memory.embeddings().add(embeddings);
    }
}
