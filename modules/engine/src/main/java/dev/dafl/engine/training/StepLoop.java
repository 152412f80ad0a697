package dev.dafl.engine.training;

import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.state.Stateful;
import java.util.function.LongConsumer;

/**
 * The one loop in which everything is trained: it asks whether the run is to end, frees what a step made, keeps memory
 * between steps, and has checkpoints written.
 *
 * @param cancellation asked before each step
 * @param checkpoints told of each step
 */
public record StepLoop(Cancellation cancellation, Checkpoints checkpoints) {

    /** Where the state of a training goes now and then. */
    public interface Checkpoints {

        /** None. */
        Checkpoints NONE = new Checkpoints() {
            @Override
            public void stepDone(Stateful training, long steps) {}

            @Override
            public void interrupted(Stateful training, long steps) {}
        };

        /** A step is done: the state is written where it is time for it. */
        void stepDone(Stateful training, long steps);

        /** The run is to end here: the state is written, so that nothing is lost. */
        void interrupted(Stateful training, long steps);
    }

    /** A loop of which nothing is kept, and which tells before each step how many are done. */
    public static StepLoop telling(LongConsumer beforeStep) {
        long[] done = {0};
        Cancellation asked = () -> {
            beforeStep.accept(done[0]++);
            return false;
        };
        return new StepLoop(asked, Checkpoints.NONE);
    }

    /**
     * Steps until the training is finished.
     *
     * @throws InterruptedRunException when the run is to end before
     */
    void run(Steps training) {
        try (KeptMemory memory = new KeptMemory()) {
            while (!training.finished()) {
                if (cancellation.requested()) {
                    checkpoints.interrupted(training, training.done());
                    throw new InterruptedRunException();
                }
                try (TensorScope _ = TensorScope.open()) {
                    training.step();
                }
                memory.stepDone();
                checkpoints.stepDone(training, training.done());
            }
        }
    }
}
