package @package@;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Bank;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Pixels that begin as noise and are changed until the teacher is sure of what they show. */
@ServiceProvider(SynthesizerFactory.class)
public final class @Class@ implements SynthesizerFactory<@Class@.Options> {

    /**
     * @param batch images that are made in a round
     * @param steps by which they are changed
     * @param learningRate of their pixels
     * @param bank how many images are kept
     */
    public record Options(int batch, int steps, double learningRate, long bank) {

        public Options {
            if (batch < 1 || steps < 1 || bank < 1) {
                throw new IllegalArgumentException(
                        "batch, steps and bank must be at least 1, not " + batch + ", " + steps + " and " + bank);
            }
        }
    }

    @Override
    public String name() {
        return "@name@";
    }

    @Override
    public String description() {
        return "pixels that are changed until the teacher is sure of them";
    }

    @Override
    public Options defaults() {
        return new Options(64, 20, 0.1, 10_000);
    }

    @Override
    public int imagesAtOnce(Options options) {
        return options.batch();
    }

    @Override
    public Synthesizer create(Synthesis synthesis, Options options) {
        return new Run(synthesis, options);
    }

    /** All that lasts longer than a round is the workspace's: it is saved with the run and freed after it. */
    private static final class Run implements Synthesizer {

        private final Synthesis synthesis;
        private final Options options;
        private final Tensor pixels;
        private final Learner learner;
        private final Bank bank;

        Run(Synthesis synthesis, Options options) {
            this.synthesis = synthesis;
            this.options = options;
            pixels = synthesis.tensor("pixels", () -> noise(0)).requiresGrad_(true);
            learner = synthesis.learner(
                    "pixels", List.of(pixels), Adam.DEFAULTS, LearningRate.constant(options.learningRate()));
            bank = synthesis.bank("images", options.bank());
        }

        @Override
        public Map<String, Double> synthesize(long round) {
            try (GradMode _ = GradMode.disabled()) {
                pixels.copy_(noise(round));
            }
            learner.restart();
            Map<String, Double> told = new HashMap<>();
            synthesis.repeat(options.steps(), step -> { // frees what each step made; a run can be stopped in between
                Tensor logits = synthesis.teacher(pixels, Set.of()).logits(); // [n, classes]
                Tensor doubt = logits.softmax(1).mul(logits.logSoftmax(1)).sum(false, 1).neg().mean();
                doubt.backward(List.of(pixels));
                learner.step();
                told.put("doubt", doubt.item());
            });
            bank.add(pixels.detach(), Optional.empty());
            return told; // stands in metrics.jsonl, the report and TensorBoard
        }

        @Override
        public TransferBatch sample(int size, RandomGenerator random) {
            return bank.draw(size, random);
        }

        private Tensor noise(long round) {
            var shape = synthesis.shape();
            long[] sizes = {options.batch(), shape.channels(), shape.height(), shape.width()};
            return Initializer.normal(0, 1)
                    .values(sizes, synthesis.random().at("noise", round))
                    .to(synthesis.device());
        }
    }
}
