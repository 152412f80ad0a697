package dev.dafl.plugins.adversarial;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.plugins.adversarial.Adversarial.Options;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Values and gradients by PyTorch; see reference.py. */
class AdversarialTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden/forms.safetensors");

    private final Adversarial term = new Adversarial();
    private TensorScope scope;
    private Map<String, Tensor> golden;

    @BeforeEach
    void open() throws IOException {
        scope = TensorScope.open();
        golden = Safetensors.read(GOLDEN);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    @Test
    void asksForWhatTheStudentSays() {
        assertEquals(Set.of(Need.STUDENT_LOGITS), term.needs(term.defaults()));
    }

    @ParameterizedTest
    @CsvSource({"kl, KL,", "kl-4, KL, 4", "masked, MASKED,", "masked-2, MASKED, 2", "js, JS,", "js-1, JS, 1", "l1, L1,"
    })
    void isPyTorchs(String name, Form form, Double temperature) {
        Tensor student = golden.get("student").copy().requiresGrad_(true);
        Tensor teacher = golden.get("teacher").copy().requiresGrad_(true);
        Tensor loss = loss(student, teacher, new Options(form, Optional.ofNullable(temperature)));
        assertEquals(0, loss.dim());
        assertEquals(DType.FLOAT32, loss.dtype());
        assertEquals(golden.get(name).item(), loss.item(), 2e-6);
        loss.backward();
        assertGradient(name + ".student", student);
        assertGradient(name + ".teacher", teacher);
    }

    /** -KL, -L1 and 1 - JS are greatest where the two say the same. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void isSmallerTheFurtherTheyAreApart(Form form) {
        Tensor teacher = Tensor.of(new float[] {2, 0, -1}, 1, 3);
        Options options = new Options(form, Optional.empty());
        double same = loss(teacher, teacher, options).item();
        double near = loss(Tensor.of(new float[] {2, 0.5f, -1}, 1, 3), teacher, options)
                .item();
        double far = loss(Tensor.of(new float[] {2, 1.5f, -1}, 1, 3), teacher, options)
                .item();
        assertEquals(form == Form.JS ? 1 : 0, same, 1e-6);
        assertTrue(far < near && near < same, far + ", " + near + ", " + same);
    }

    /** Two images that are as far apart: of one the student takes another class for the likeliest. */
    @Test
    void whereTheyDisagreeAlreadyTheMaskAsksForNothing() {
        Tensor teacher = Tensor.of(new float[] {2, 0, 2, 0}, 2, 2);
        Tensor student = Tensor.of(new float[] {1, 0, 0, 1}, 2, 2).requiresGrad_(true);
        Tensor loss = loss(student, teacher, new Options(Form.MASKED, Optional.empty()));
        loss.backward();
        float[] gradient = student.takeGrad().orElseThrow().toFloats();
        assertTrue(gradient[0] != 0);
        assertEquals(0, gradient[2]);
        assertEquals(0, gradient[3]);
    }

    /** Both sure, of different classes: log softmax reaches -200, and softmax 0. */
    @ParameterizedTest
    @EnumSource(Form.class)
    void staysFiniteWhereBothAreSure(Form form) {
        Tensor student = Tensor.of(new float[] {200, 0, 0, 200, 0, 0}, 2, 3).requiresGrad_(true);
        Tensor teacher = Tensor.of(new float[] {0, 200, 0, 200, 0, 0}, 2, 3).requiresGrad_(true);
        Tensor loss = loss(student, teacher, new Options(form, Optional.empty()));
        assertTrue(Double.isFinite(loss.item()));
        loss.backward();
        assertTrue(student.takeGrad().orElseThrow().isfinite().all().item() != 0);
        assertTrue(teacher.takeGrad().orElseThrow().isfinite().all().item() != 0);
    }

    @Test
    void refusesTemperaturesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> new Options(Form.KL, Optional.of(0.0)));
        assertThrows(IllegalArgumentException.class, () -> new Options(Form.JS, Optional.of(Double.NaN)));
        assertThrows(
                IllegalArgumentException.class, () -> new Options(Form.MASKED, Optional.of(Double.POSITIVE_INFINITY)));
        String message = assertThrows(IllegalArgumentException.class, () -> new Options(Form.L1, Optional.of(1.0)))
                .getMessage();
        assertEquals(
                "temperature is for the forms kl, masked and js; l1 compares the logits as they are, so leave it out",
                message);
    }

    private void assertGradient(String name, Tensor leaf) {
        assertArrayEquals(
                golden.get(name).toFloats(), leaf.takeGrad().orElseThrow().toFloats(), 1e-6f, name);
    }

    private Tensor loss(Tensor student, Tensor teacher, Options options) {
        Tensor images = Tensor.zeros(DType.FLOAT32, Device.CPU, teacher.size(0), 1, 2, 2);
        return term.compute(
                GeneratedBatch.of(images, teacher, Normalization.grey(0.5, 0.5))
                        .studentLogits(student)
                        .build(),
                options);
    }
}
