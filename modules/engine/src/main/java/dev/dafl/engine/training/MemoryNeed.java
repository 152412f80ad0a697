package dev.dafl.engine.training;

import dev.dafl.engine.config.ReplayConfig;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.OperatorLog;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * About how much memory a distillation takes besides the program itself. What a step keeps for its gradients is added up from
 * the results of all operators that two images go through; gradients on the way back and what operators take for themselves
 * are put at half of that.
 *
 * @param fixed bytes however many images go through the networks at once: weights, optimizers, kept networks, kept images
 * @param perImage bytes for each image that does
 */
public record MemoryNeed(long fixed, long perImage) {

    private static final int PROBE = 2;
    private static final double ON_THE_WAY_BACK = 1.5;
    /** A trained network's weights, gradients and two moments, and the copies that the guard and the selection keep. */
    private static final int COPIES = 7;

    /** Of the setup's networks at its batch. */
    public static MemoryNeed of(Distillation.Setup setup) {
        long[] image = imageShape(setup);
        long kept = (long) StudentSelection.BATCHES
                + setup.config().replay().map(ReplayConfig::batches).orElse(0);
        long fixed = COPIES * (bytes(setup.generator()) + bytes(setup.student()))
                + bytes(setup.teacher())
                + kept * setup.config().batch() * count(image) * DType.FLOAT32.bytes();
        long activations = results(setup.generator(), setup.inputSize())
                + results(setup.teacher(), image)
                + results(setup.student(), image);
        return new MemoryNeed(fixed, (long) (ON_THE_WAY_BACK * activations));
    }

    /**
     * Bytes that a method takes: the larger of what its images and what a step of the student take.
     *
     * @param generator one of the method's, where it has any; stays the caller's
     * @param imagesAtOnce of the method
     */
    public static long ofMethod(MethodTraining.Setup setup, Optional<Network> generator, int imagesAtOnce) {
        ImageShape shape = setup.around().shape();
        long[] image = {shape.channels(), shape.height(), shape.width()};
        long fixed = COPIES * (generator.map(MemoryNeed::bytes).orElse(0L) + bytes(setup.student()))
                + bytes(setup.teacher());
        long judging = results(setup.teacher(), image) + results(setup.student(), image);
        long making = judging
                + generator
                        .map(network -> results(
                                network, setup.generators().orElseThrow().columns()))
                        .orElse(0L);
        return fixed
                + (long) (ON_THE_WAY_BACK
                        * Math.max(
                                making * imagesAtOnce, judging * setup.config().batch()));
    }

    /** With so many images at once. */
    public long bytes(int images) {
        return fixed + perImage * images;
    }

    /** How many images fit at once, at most {@code batch} and at least two, in parts of equal size where it is fewer. */
    public int fitting(int batch, long available) {
        int parts = 1;
        while (parts < batch / 2 && bytes(Math.ceilDiv(batch, parts)) > available) {
            parts++;
        }
        return Math.max(2, Math.ceilDiv(batch, parts));
    }

    private static long[] imageShape(Distillation.Setup setup) {
        try (TensorScope _ = TensorScope.open()) {
            long[] shape = setup.generator()
                    .forward(zeros(setup.generator(), setup.inputSize()), Pass.evaluate())
                    .shape();
            return Arrays.copyOfRange(shape, 1, shape.length);
        }
    }

    private static long results(Network network, long... input) {
        try (TensorScope _ = TensorScope.open();
                OperatorLog log = OperatorLog.open()) {
            network.forward(zeros(network, input), Pass.evaluate());
            log.stop();
            return log.entries().stream()
                            .filter(OperatorLog.Call.class::isInstance)
                            .map(OperatorLog.Call.class::cast)
                            .filter(call -> !call.inPlace())
                            .mapToLong(MemoryNeed::results)
                            .sum()
                    / PROBE;
        }
    }

    /** A view of an argument takes no memory. */
    private static long results(OperatorLog.Call call) {
        return call.results().stream()
                .filter(result -> call.tensors().stream().noneMatch(argument -> OperatorLog.overlap(result, argument)))
                .mapToLong(result -> result.numel() * result.dtype().bytes())
                .sum();
    }

    private static Tensor zeros(Network network, long... input) {
        return Tensor.zeros(
                DType.FLOAT32,
                network.parameters().device(),
                LongStream.concat(LongStream.of(PROBE), Arrays.stream(input)).toArray());
    }

    private static long bytes(Network network) {
        return network.parameters().stateDict().values().stream()
                .mapToLong(tensor -> tensor.numel() * tensor.dtype().bytes())
                .sum();
    }

    private static long count(long... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
