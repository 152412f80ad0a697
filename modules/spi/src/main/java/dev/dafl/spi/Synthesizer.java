package dev.dafl.spi;

import java.util.Map;
import java.util.random.RandomGenerator;

/** A method of data-free distillation in one run: it makes images, and gives the student batches of them. */
public interface Synthesizer {

    /**
     * Makes images: the method's inner loop, or one step of its generator. What it keeps is in its {@link Workspace}; what else
     * it makes belongs to the innermost scope, which the engine closes afterwards.
     *
     * @param round from 0
     * @return numbers to log, by name, such as the losses of the last step
     */
    Map<String, Double> synthesize(long round);

    /**
     * A batch for a step of the student, without gradients. Called after the first {@link #synthesize}.
     *
     * @param size how many images
     * @param random the numbers of this step, from which all that is random in the batch follows
     */
    TransferSet.TransferBatch sample(int size, RandomGenerator random);
}
