package dev.dafl.plugins.kd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.kd.AttentionTransfer.Options;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.DistillationLoss.Need;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AttentionTransferTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/attention.safetensors");

    private final AttentionTransfer loss = new AttentionTransfer();
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void asksForTheLayers() {
        assertEquals(Set.of(Need.LAYERS), loss.needs(loss.defaults()));
    }

    @Test
    void isPyTorchs() throws IOException {
        assertGolden("default", loss.defaults());
        assertGolden("other", new Options(Ramp.constant(4), 10));
    }

    @Test
    void theTemperatureMayFollowTheTraining() {
        SequencedMap<String, Tensor> layers = layers("a", ones(4, 2, 3, 3));
        Tensor student = Tensor.of(new float[] {1, 0, 0, 0}, 1, 4);
        Tensor teacher = Tensor.of(new float[] {0, 3, 0, 0}, 1, 4);
        Ramp ramp = new Ramp(List.of(new Ramp.Point(0, 1), new Ramp.Point(1, 5)));
        DistillationBatch batch = DistillationBatch.of(ones(1, 1, 2, 2), student, teacher)
                .layers(layers, layers)
                .progress(0.5)
                .build();
        assertEquals(
                loss.compute(batch, new Options(Ramp.constant(3), 250)).item(),
                loss.compute(batch, new Options(ramp, 250)).item());
    }

    /** A student that is dead, and one that looks where the teacher looks, though with another strength. */
    @Test
    void onlyWhereTheyLookCounts() {
        Tensor teacher = Tensor.of(new float[] {0, 1, 2, 0}, 1, 1, 2, 2);
        assertEquals(0, attention(teacher.mul(3), teacher).item(), 1e-6);
        Tensor dead = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 2, 2, 2).requiresGrad_(true);
        Tensor value = attention(dead, teacher);
        assertEquals(0.25, value.item(), 1e-6);
        value.backward();
        assertArrayEquals(new float[8], dead.takeGrad().orElseThrow().toFloats(), Float.MIN_VALUE);
    }

    @Test
    void layersThatDoNotGoTogetherAreRefused() {
        assertRefused(
                "attention-transfer compares layer by layer, and the teacher hands out 2 (a, b) and the student 1 (a); take"
                        + " networks of one family, or the loss knowledge-distillation",
                layers("a", ones(1, 2, 4, 4), "b", ones(1, 2, 2, 2)),
                layers("a", ones(1, 2, 4, 4)));
        assertRefused(
                "attention-transfer compares layers [n, c, h, w] of the same height and width, and the teacher's a is"
                        + " [1, 2, 4, 4] and the student's b [1, 3, 4, 2]; take networks of one family, or the loss"
                        + " knowledge-distillation",
                layers("a", ones(1, 2, 4, 4)),
                layers("b", ones(1, 3, 4, 2)));
        assertThrows(IllegalArgumentException.class, () -> attention(ones(1, 8), ones(1, 8)));
        String none = assertThrows(
                        IllegalArgumentException.class, () -> compute(new LinkedHashMap<>(), new LinkedHashMap<>()))
                .getMessage();
        assertTrue(none.contains("the teacher hands out 0"), none);
    }

    @Test
    void optionsThatAreNoneAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Options(Ramp.constant(0), 250));
        assertThrows(IllegalArgumentException.class, () -> new Options(Ramp.constant(1), -1));
        assertThrows(IllegalArgumentException.class, () -> new Options(Ramp.constant(1), Double.NaN));
    }

    private void assertGolden(String name, Options options) throws IOException {
        Map<String, Tensor> golden = Safetensors.read(GOLDEN);
        Tensor student = golden.get("student").copy().requiresGrad_(true);
        Tensor first = golden.get("student.0").copy().requiresGrad_(true);
        Tensor second = golden.get("student.1").copy().requiresGrad_(true);
        Tensor value = loss.compute(
                DistillationBatch.of(ones(4, 1, 2, 2), student, golden.get("teacher"))
                        .layers(
                                layers("one", golden.get("teacher.0"), "two", golden.get("teacher.1")),
                                layers("first", first, "second", second))
                        .build(),
                options);
        assertEquals(0, value.dim());
        assertEquals(DType.FLOAT32, value.dtype());
        double expected = golden.get(name).item();
        assertEquals(expected, value.item(), 1e-6 * expected, name);
        value.backward();
        assertGradient(golden, name + ".student", student);
        assertGradient(golden, name + ".student.0", first);
        assertGradient(golden, name + ".student.1", second);
    }

    private static void assertGradient(Map<String, Tensor> golden, String name, Tensor leaf) {
        assertArrayEquals(
                golden.get(name).toFloats(), leaf.takeGrad().orElseThrow().toFloats(), 2e-6f, name);
    }

    private void assertRefused(
            String message, SequencedMap<String, Tensor> teacher, SequencedMap<String, Tensor> student) {
        assertEquals(
                message,
                assertThrows(IllegalArgumentException.class, () -> compute(teacher, student))
                        .getMessage());
    }

    /** The attention of one layer alone, with the weight 1. */
    private Tensor attention(Tensor student, Tensor teacher) {
        return compute(layers("a", teacher), layers("a", student));
    }

    private Tensor compute(SequencedMap<String, Tensor> teacher, SequencedMap<String, Tensor> student) {
        Tensor logits = ones(1, 3);
        return loss.compute(
                DistillationBatch.of(ones(1, 1, 2, 2), logits, logits)
                        .layers(teacher, student)
                        .build(),
                new Options(Ramp.constant(1), 1));
    }

    private static Tensor ones(long... shape) {
        return Tensor.ones(DType.FLOAT32, Device.CPU, shape);
    }

    private static SequencedMap<String, Tensor> layers(String name, Tensor layer) {
        SequencedMap<String, Tensor> layers = new LinkedHashMap<>();
        layers.put(name, layer);
        return layers;
    }

    private static SequencedMap<String, Tensor> layers(String first, Tensor one, String second, Tensor other) {
        SequencedMap<String, Tensor> layers = layers(first, one);
        layers.put(second, other);
        return layers;
    }
}
