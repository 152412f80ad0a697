package dev.dafl.plugins.kd;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.plugins.kd.KnowledgeDistillation.Options;
import dev.dafl.spi.DistillationLoss.DistillationBatch;
import dev.dafl.spi.Ramp;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Values by PyTorch 2.13.0: T^2 F.kl_div(F.log_softmax(s / T, 1), F.softmax(t / T, 1), reduction='batchmean'). */
class KnowledgeDistillationTest {

    @Test
    void isPyTorchsAtAnyTemperature() {
        assertLoss(
                1,
                0.8515283465385437,
                -0.06977916f,
                0.06702083f,
                0.00275833f,
                -0.01027829f,
                -0.07427649f,
                0.08455477f,
                0.08311637f,
                -0.15460353f,
                0.07148716f,
                0.10040909f,
                -0.11535488f,
                0.01494579f);
        assertLoss(
                4,
                1.8413728475570679,
                -0.08728018f,
                0.1128809f,
                -0.02560073f,
                0.02091868f,
                -0.12343204f,
                0.10251346f,
                0.22776885f,
                -0.27414823f,
                0.04637936f,
                0.13088772f,
                -0.25044137f,
                0.11955367f);
    }

    @Test
    void aTemperatureOfZeroIsRefused() {
        assertThrows(IllegalArgumentException.class, () -> Options.of(0));
        assertThrows(IllegalArgumentException.class, () -> Options.of(Double.POSITIVE_INFINITY));
    }

    /** From 7 to 1 straight: halfway 4, whose value is the one above. */
    @Test
    void theTemperatureMayFollowTheTraining() {
        Options options = new Options(new Ramp(List.of(new Ramp.Point(0, 7), new Ramp.Point(1, 1))));
        try (TensorScope _ = TensorScope.open()) {
            assertEquals(1.8413728475570679, loss(options, student(), 0.5).item(), 1e-6);
            assertEquals(0.8515283465385437, loss(options, student(), 1).item(), 1e-6);
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new Options(new Ramp(List.of(new Ramp.Point(0, 1), new Ramp.Point(1, 0)))));
    }

    private static void assertLoss(double temperature, double value, float... gradient) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor student = student().requiresGrad_(true);
            Tensor loss = loss(Options.of(temperature), student, 0);
            assertEquals(value, loss.item(), 1e-6);
            loss.backward();
            assertArrayEquals(gradient, student.takeGrad().orElseThrow().toFloats(), 1e-6f);
        }
    }

    private static Tensor student() {
        return Tensor.of(new float[] {0.5f, 0, -0.5f, 1, -1, 2, 0, 0, 0, 3, -2, 0.5f}, 4, 3);
    }

    private static Tensor loss(Options options, Tensor student, double progress) {
        Tensor teacher = Tensor.of(new float[] {2, -1, 0.5f, 0.1f, 0.2f, 0.3f, -3, 4, 1, 1.5f, 1.4f, -2}, 4, 3);
        Tensor images = Tensor.zeros(DType.FLOAT32, Device.CPU, 4, 1, 2, 2);
        return new KnowledgeDistillation()
                .compute(
                        DistillationBatch.of(images, student, teacher)
                                .progress(progress)
                                .build(),
                        options);
    }
}
