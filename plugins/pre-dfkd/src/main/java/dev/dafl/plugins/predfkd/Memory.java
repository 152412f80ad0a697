package dev.dafl.plugins.predfkd;

import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Conv2d;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Layers;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A variational autoencoder (Kingma and Welling, <i>Auto-Encoding Variational Bayes</i>, 2014).
 *
 * @param synthesis for what is drawn
 * @param encoder {@code [n, c, h, w]} to {@code [n, 2 latent]}: means, then logarithms of variances
 * @param decoder {@code [n, latent]} to {@code [n, c, h, w]}
 * @param learner of both
 */
record Memory(Synthesis synthesis, Network encoder, Network decoder, Learner learner) {

    private static final int WIDTH = 32;
    private static final double SLOPE = 0.2;

    static Memory of(Synthesis synthesis, double learningRate) {
        Network encoder =
                synthesis.network("encoder", path -> encoder(path, synthesis.shape(), synthesis.latentSize()));
        Network decoder = synthesis.generator("decoder");
        Learner learner =
                synthesis.learner("memory", both(encoder, decoder), Adam.DEFAULTS, LearningRate.constant(learningRate));
        return new Memory(synthesis, encoder, decoder, learner);
    }

    /** Two convolutions, each of which halves height and width, and a linear layer. */
    static Layer encoder(ParameterPath path, ImageShape shape, int latent) {
        long height = Math.ceilDiv(shape.height(), 4);
        long width = Math.ceilDiv(shape.width(), 4);
        return Sequential.of(
                Conv2d.of(
                        path.sub(0),
                        shape.channels(),
                        WIDTH,
                        3,
                        o -> o.stride(2).padding(1)),
                Layers.leakyRelu(SLOPE),
                Conv2d.of(path.sub(2), WIDTH, 2 * WIDTH, 3, o -> o.stride(2).padding(1)),
                Layers.leakyRelu(SLOPE),
                Layers.flatten(),
                Linear.of(path.sub(5), 2 * WIDTH * height * width, 2L * latent));
    }

    private static List<Tensor> both(Network encoder, Network decoder) {
        List<Tensor> both = new ArrayList<>(encoder.parameters().trainable());
        both.addAll(decoder.parameters().trainable());
        return both;
    }

    /** z, {@code [count, latent]} from N(0, I). */
    Tensor latent(int count, RandomGenerator random) {
        return Initializer.normal(0, 1)
                .values(new long[] {count, synthesis.latentSize()}, random)
                .to(synthesis.device());
    }

    /** Images that are remembered. */
    Tensor images(int count, RandomGenerator random) {
        return decoder.forward(latent(count, random), Pass.train());
    }

    /**
     * Takes a step.
     *
     * @param images {@code [n, c, h, w]} without gradients
     * @return the loss before it, see {@link Recollection}
     */
    Tensor learn(Tensor images, double beta, RandomGenerator random) {
        Recollection code = Recollection.of(encoder.forward(images, Pass.train()));
        Tensor drawn = latent(Math.toIntExact(images.size(0)), random);
        Tensor loss = code.loss(images, decoder.forward(code.sample(drawn), Pass.train()), beta);
        loss.backward(both(encoder, decoder));
        learner.step();
        return loss.detach();
    }
}
