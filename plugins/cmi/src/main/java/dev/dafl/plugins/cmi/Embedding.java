package dev.dafl.plugins.cmi;

import dev.dafl.spi.Workspace;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import dev.dafl.tensor.nn.Sequential;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.List;

/**
 * What an image is compared by: the spatial means of all that enters the teacher's batch-norm layers, one behind another
 * {@code [n, f]}, through linear, ReLU and linear to {@code [n, d]}. The two layers learn with the images and stay from round to
 * round.
 */
record Embedding(Network head, Learner learner) {

    /** @param features f, which is known as soon as the teacher has seen images */
    static Embedding of(Workspace workspace, long features, int size, double learningRate, Adam optimizer) {
        Network head = workspace.network(
                "head",
                path -> Sequential.of(
                        Linear.of(path.sub(0), features, size), Layers.relu(), Linear.of(path.sub(2), size, size)));
        return new Embedding(
                head,
                workspace.learner(
                        "head", head.parameters().trainable(), optimizer, LearningRate.constant(learningRate)));
    }

    /** As if it had never learnt. */
    void begin(Workspace workspace) {
        workspace.renew(head, 1);
        learner.restart();
    }

    /**
     * The spatial means.
     *
     * @param inputs {@code [n, c, h, w]} each
     * @return {@code [n, f]}, where f is the sum of all c
     */
    static Tensor features(List<BatchNormInput> inputs) {
        return Functional.cat(
                inputs.stream().map(layer -> layer.input().mean(false, 2, 3)).toList(), 1);
    }

    /**
     * @param features {@code [n, f]}
     * @return {@code [n, d]}, each row of length 1
     */
    Tensor of(Tensor features) {
        return Contrast.unit(head.forward(features, Pass.evaluate()));
    }
}
