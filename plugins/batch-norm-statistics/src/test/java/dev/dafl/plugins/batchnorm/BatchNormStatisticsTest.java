package dev.dafl.plugins.batchnorm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.batchnorm.BatchNormStatistics.Options;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.LossTerm.Started;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass.BatchNormInput;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Values and gradients by PyTorch; see reference.py. */
class BatchNormStatisticsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/batches.safetensors");
    private static final int LAYERS = 2;
    private static final int BATCHES = 6;
    private static final Options SMOOTH = new Options(0.9);

    private final LossTerm<Options> term = new BatchNormStatistics();
    private final KeptValues workspace = new KeptValues();
    private final List<KeptValues> others = new ArrayList<>();
    private TensorScope scope;
    private Map<String, Tensor> golden;

    @BeforeEach
    void open() throws IOException {
        scope = TensorScope.open();
        golden = Safetensors.read(GOLDEN);
    }

    @AfterEach
    void close() {
        others.forEach(KeptValues::close);
        workspace.close();
        scope.close();
    }

    @Test
    void asksForWhatEntersTheBatchNorms() {
        assertEquals(Set.of(Need.BATCH_NORM_INPUTS), term.needs(term.defaults()));
    }

    @Test
    void isPyTorchs() {
        Started started = term.start(workspace, term.defaults());
        for (int b = 0; b < BATCHES; b++) {
            assertGolden("plain." + b, started, inputs(b), b);
        }
    }

    @Test
    void smoothsOverRoundsAsPyTorchDoes() {
        Started started = term.start(workspace, SMOOTH);
        for (int b = 0; b < BATCHES; b++) {
            assertGolden("smooth." + b, started, inputs(b), b);
        }
    }

    /** Stopped behind each batch in turn. */
    @Test
    void aRunThatIsTakenUpAgainGoesOnWithTheSameBits() {
        List<float[]> whole = bits(workspace, 0, BATCHES);
        for (int stop = 1; stop < BATCHES; stop++) {
            KeptValues before = other(new KeptValues());
            bits(before, 0, stop);
            List<float[]> rest = bits(other(before.again()), stop, BATCHES);
            for (int i = 0; i < rest.size(); i++) {
                assertArrayEquals(whole.get(stop + i), rest.get(i), "batch " + (stop + i) + " after a stop at " + stop);
            }
        }
    }

    /** Without its memory a run would go on otherwise: the test above tells the two apart. */
    @Test
    void whatItRemembersCounts() {
        float[] whole = bits(workspace, 0, BATCHES).get(4);
        float[] forgetful = bits(other(new KeptValues()), 4, 5).getFirst();
        assertTrue(Math.abs(whole[0] - forgetful[0]) > 0.01, whole[0] + " and " + forgetful[0]);
    }

    /** A layer of one value throughout that the teacher has seen just so, and one that it has not. */
    @Test
    void aDistanceOfNothingHasNoGradient() {
        Tensor same = Tensor.full(2, DType.FLOAT32, Device.CPU, 3, 2, 2, 2).requiresGrad_(true);
        Tensor other = Tensor.full(5, DType.FLOAT32, Device.CPU, 3, 1, 2, 2).requiresGrad_(true);
        Tensor loss = term.compute(
                batch(
                                List.of(
                                        new BatchNormInput(
                                                same,
                                                Tensor.of(new float[] {2, 2}, 2),
                                                Tensor.of(new float[] {0, 0}, 2)),
                                        new BatchNormInput(
                                                other, Tensor.of(new float[] {2}, 1), Tensor.of(new float[] {0}, 1))),
                                0)
                        .build(),
                term.defaults());
        assertEquals(3, loss.item(), 1e-6);
        loss.backward();
        assertArrayEquals(new float[24], same.takeGrad().orElseThrow().toFloats(), Float.MIN_VALUE);
        for (float gradient : other.takeGrad().orElseThrow().toFloats()) {
            assertEquals(1f / 12, gradient, 1e-7);
        }
    }

    @Test
    void aValueThatIsNoNumberIsNotHidden() {
        Tensor input = Tensor.full(Double.NaN, DType.FLOAT32, Device.CPU, 3, 1, 2, 2);
        BatchNormInput layer = new BatchNormInput(input, Tensor.of(new float[] {0}, 1), Tensor.of(new float[] {1}, 1));
        assertTrue(Double.isNaN(
                term.compute(batch(List.of(layer), 0).build(), term.defaults()).item()));
    }

    @Test
    void aTeacherWithoutBatchNormsIsRefused() {
        String message = assertThrows(
                        IllegalStateException.class,
                        () -> term.compute(batch(List.of(), 0).build(), term.defaults()))
                .getMessage();
        assertEquals(
                "batch-norm-statistics compares what enters the teacher's batch-norm layers, and the teacher has none, or"
                        + " they were folded into its convolutions; take another teacher, or leave the loss out",
                message);
    }

    @Test
    void aMomentumThatForgetsTheBatchIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Options(1));
        assertThrows(IllegalArgumentException.class, () -> new Options(-0.1));
        assertThrows(IllegalArgumentException.class, () -> new Options(Double.NaN));
    }

    private KeptValues other(KeptValues kept) {
        others.add(kept);
        return kept;
    }

    /** The loss of each batch and its gradients behind it. */
    private List<float[]> bits(KeptValues kept, int from, int to) {
        Started started = term.start(kept, SMOOTH);
        List<float[]> bits = new ArrayList<>();
        for (int b = from; b < to; b++) {
            List<BatchNormInput> inputs = inputs(b);
            Tensor loss = started.compute(batch(inputs, round(b)).build());
            loss.backward();
            float[] gradient =
                    inputs.getFirst().input().takeGrad().orElseThrow().toFloats();
            float[] all = new float[1 + gradient.length];
            all[0] = (float) loss.item();
            System.arraycopy(gradient, 0, all, 1, gradient.length);
            bits.add(all);
        }
        return bits;
    }

    private void assertGolden(String name, Started started, List<BatchNormInput> inputs, int b) {
        Tensor loss = started.compute(batch(inputs, round(b)).build());
        assertEquals(0, loss.dim());
        assertEquals(DType.FLOAT32, loss.dtype());
        assertEquals(golden.get(name).item(), loss.item(), 2e-6, name);
        loss.backward();
        for (int layer = 0; layer < LAYERS; layer++) {
            assertArrayEquals(
                    golden.get(name + "." + layer).toFloats(),
                    inputs.get(layer).input().takeGrad().orElseThrow().toFloats(),
                    1e-7f,
                    name + "." + layer);
        }
    }

    private long round(int batch) {
        return (long) golden.get("round." + batch).item();
    }

    private List<BatchNormInput> inputs(int batch) {
        List<BatchNormInput> inputs = new ArrayList<>();
        for (int layer = 0; layer < LAYERS; layer++) {
            inputs.add(new BatchNormInput(
                    golden.get("input." + batch + "." + layer).copy().requiresGrad_(true),
                    golden.get("mean." + layer),
                    golden.get("var." + layer)));
        }
        return inputs;
    }

    private static GeneratedBatch.Builder batch(List<BatchNormInput> inputs, long round) {
        Tensor images = Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 1, 2, 2);
        return GeneratedBatch.of(images, Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 10), Normalization.grey(0.5, 0.5))
                .batchNormInputs(inputs)
                .round(round);
    }
}
