package dev.dafl.tensor.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class DropoutTest {

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.5, 0.8})
    void takesThatShareAwayAndKeepsTheMean(double probability) {
        try (TensorScope _ = TensorScope.open()) {
            float[] values = new Dropout(probability)
                    .forward(Tensor.ones(DType.FLOAT32, Device.CPU, 100, 20, 5), train(1))
                    .toFloats();
            float kept = (float) (1 / (1 - probability));
            int zeros = 0;
            for (float value : values) {
                assertTrue(value == 0 || Math.abs(value - kept) < 1e-6, () -> "value " + value);
                zeros += value == 0 ? 1 : 0;
            }
            // Six deviations of the binomial distribution.
            assertEquals(
                    probability,
                    (double) zeros / values.length,
                    6 * Math.sqrt(probability * (1 - probability) / values.length));
        }
    }

    @Test
    void followsFromTheNumbersOfThePass() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.ones(DType.FLOAT32, Device.CPU, 50);
            Dropout dropout = new Dropout(0.5);
            assertArrayEquals(
                    dropout.forward(x, train(1)).toFloats(),
                    dropout.forward(x, train(1).recording(Set.of(Recorded.FEATURES)))
                            .toFloats());
            Pass pass = train(1);
            assertFalse(Arrays.equals(
                    dropout.forward(x, pass).toFloats(),
                    dropout.forward(x, pass).toFloats()));
        }
    }

    @Test
    void changesNothingInEvaluationAndWithoutNumbers() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.of(new float[] {1, 2, 3}, 3);
            for (Pass pass : new Pass[] {Pass.evaluate(), Pass.train()}) {
                Tensor y = new Dropout(0.5).forward(x, pass);
                assertArrayEquals(new float[] {1, 2, 3}, y.toFloats());
                y.close();
                assertFalse(x.isClosed());
            }
            assertArrayEquals(
                    new float[] {1, 2, 3}, new Dropout(0).forward(x, train(1)).toFloats());
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"FLOAT32", "BFLOAT16"})
    void gradientsPassWhereTheInputDoes(DType type) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor x = Tensor.ones(type, Device.CPU, 40).requiresGrad_(true);
            Tensor y = new Dropout(0.75).forward(x, train(2));
            assertEquals(type, y.dtype());
            y.sum().backward();
            assertArrayEquals(y.toFloats(), x.takeGrad().orElseThrow().toFloats());
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, Double.NaN})
    void refusesWhatIsNoProbability(double probability) {
        assertEquals(
                "dropout is a probability from 0 to below 1, not " + probability,
                assertThrows(IllegalArgumentException.class, () -> new Dropout(probability))
                        .getMessage());
    }

    private static Pass train(long step) {
        return Pass.train(new RandomStream(7).at("dropout", step));
    }
}
