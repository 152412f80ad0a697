package dev.dafl.plugins.fast;

import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.List;

/** How the generator that is trained in a round and the one that lasts have to do with each other. */
interface MetaLearning {

    /** The generator that lasts from round to round. */
    Network lasting();

    /** Before a round. */
    void begin();

    /** After a backward of the round, while the gradients are there. */
    void gradients();

    /** After the round. */
    void end();

    static MetaLearning of(Synthesis synthesis, FastOptions options, Network trained, Adam adam) {
        if (options.meta() == Meta.NONE) {
            return new GoingOn(trained);
        }
        Network lasting = synthesis.generator("meta generator");
        Learner learner = synthesis.learner(
                "meta generator",
                lasting.parameters().trainable(),
                adam,
                LearningRate.constant(options.metaLearningRate()));
        return options.meta() == Meta.FOMAML
                ? new SumOfGradients(lasting, trained, learner)
                : new WayBack(lasting, trained, learner);
    }

    /** One generator is both. */
    record GoingOn(Network lasting) implements MetaLearning {

        @Override
        public void begin() {
            // It is where it was.
        }

        @Override
        public void gradients() {
            // They are its own.
        }

        @Override
        public void end() {
            // It has learnt already.
        }
    }

    /** {@link Meta#FOMAML}. */
    record SumOfGradients(Network lasting, Network trained, Learner learner) implements MetaLearning {

        @Override
        public void begin() {
            copy(lasting, trained, learner);
        }

        @Override
        public void gradients() {
            List<Tensor> from = trained.parameters().trainable();
            List<Tensor> to = lasting.parameters().trainable();
            for (int i = 0; i < from.size(); i++) {
                Tensor parameter = to.get(i);
                from.get(i).grad().ifPresent(gradient -> addGradient(parameter, gradient));
            }
        }

        @Override
        public void end() {
            learner.step();
        }
    }

    /** {@link Meta#REPTILE}. */
    record WayBack(Network lasting, Network trained, Learner learner) implements MetaLearning {

        @Override
        public void begin() {
            copy(lasting, trained, learner);
        }

        @Override
        public void gradients() {
            // Only where they led to counts.
        }

        @Override
        public void end() {
            List<Tensor> from = trained.parameters().trainable();
            List<Tensor> to = lasting.parameters().trainable();
            for (int i = 0; i < from.size(); i++) {
                addGradient(to.get(i), to.get(i).detach().sub(from.get(i).detach()));
            }
            learner.step();
        }
    }

    private static void copy(Network lasting, Network trained, Learner learner) {
        // Left where a round was broken off.
        learner.zeroGrad();
        trained.parameters().load(lasting.parameters().stateDict());
    }

    /** The product with a constant has that constant as its gradient. */
    private static void addGradient(Tensor parameter, Tensor gradient) {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.enabled()) {
            parameter.mul(gradient.detach()).sum().backward(List.of(parameter));
        }
    }
}
