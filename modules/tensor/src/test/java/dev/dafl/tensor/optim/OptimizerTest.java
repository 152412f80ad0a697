package dev.dafl.tensor.optim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.Golden;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import dev.dafl.tensor.optim.OptimizerOptions.AdamW;
import dev.dafl.tensor.optim.OptimizerOptions.Sgd;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class OptimizerTest {

    private static final Map<String, OptimizerOptions> OPTIONS = Map.of(
            "adam",
            Adam.DEFAULTS,
            "adam.clipped",
            Adam.DEFAULTS,
            "adam.weightDecay",
            new Adam(0.8, 0.95, 1e-6, 0.2),
            "adamw",
            new AdamW(0.9, 0.999, 1e-8, 0.3),
            "sgd",
            Sgd.DEFAULTS,
            "sgd.momentum",
            new Sgd(0.9, 0.1, false),
            "sgd.nesterov",
            new Sgd(0.9, 0, true));

    @ParameterizedTest
    @ValueSource(strings = {"adam", "adam.clipped", "adam.weightDecay", "adamw", "sgd", "sgd.momentum", "sgd.nesterov"})
    void fiveStepsArePyTorchs(String name) {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = parameters()) {
            Golden golden = Golden.read("optimizers");
            Tensor x = parameters.root().parameter("x", Initializer.constant(0), 3, 2);
            parameters.load(Map.of("x", golden.get("start")));
            try (Optimizer optimizer = Optimizer.of(OPTIONS.get(name), parameters)) {
                for (int step = 0; step < 5; step++) {
                    x.sub(golden.get("target")).square().sum().backward();
                    double rate = name.startsWith("sgd") ? 0.05 : 0.1;
                    if (name.endsWith("clipped")) {
                        optimizer.step(rate, 0.5);
                    } else {
                        optimizer.step(rate);
                    }
                    Golden.assertClose(golden.get(name + "." + step), x, 1e-6, name + " after step " + step);
                    assertEquals(true, x.grad().isEmpty());
                }
            }
        }
    }

    @Test
    void aSavedStateGoesOnAsIfNothingHadHappened() {
        try (TensorScope _ = TensorScope.open();
                Parameters a = parameters();
                Parameters b = parameters()) {
            Tensor x = a.root().parameter("x", Initializer.constant(1), 3);
            Tensor y = b.root().parameter("x", Initializer.constant(1), 3);
            try (Optimizer first = Optimizer.of(Adam.DEFAULTS, a);
                    Optimizer second = Optimizer.of(Adam.DEFAULTS, b)) {
                step(x, first);
                step(x, first);
                b.load(a.stateDict());
                second.load(first.state());
                step(x, first);
                step(y, second);
                assertArrayEquals(x.toFloats(), y.toFloats());
                assertThrows(IllegalArgumentException.class, () -> second.load(Map.of()));
            }
        }
    }

    @Test
    void aParameterWithoutGradientStays() {
        try (TensorScope _ = TensorScope.open();
                Parameters parameters = parameters()) {
            Tensor x = parameters.root().parameter("x", Initializer.constant(1), 2);
            Tensor idle = parameters.root().parameter("idle", Initializer.constant(1), 2);
            try (Optimizer optimizer = Optimizer.of(AdamW.DEFAULTS, parameters)) {
                optimizer.step(0.1);
                step(x, optimizer);
                assertArrayEquals(new float[] {1, 1}, idle.toFloats());
                x.sum().backward();
                optimizer.zeroGrad();
                assertEquals(true, x.grad().isEmpty());
            }
        }
    }

    @Test
    void optionsOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Adam(1, 0.9, 1e-8, 0));
        assertThrows(IllegalArgumentException.class, () -> new AdamW(0.9, 0.9, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Sgd(0, 0, true));
        try (Parameters none = parameters()) {
            assertThrows(IllegalArgumentException.class, () -> Optimizer.of(Adam.DEFAULTS, none));
        }
    }

    /** Values by PyTorch's StepLR(10, 0.1), MultiStepLR([5, 8], 0.5) and CosineAnnealingLR(20, eta_min=0.01) from 0.4. */
    @ParameterizedTest
    @CsvSource({
        "0, 0.4, 0.4, 0.4",
        "5, 0.4, 0.2, 0.3428858225313174",
        "8, 0.4, 0.1, 0.265258314",
        "10, 0.04, 0.1, 0.205",
        "20, 0.004, 0.1, 0.01",
        "25, 0.004, 0.1, 0.01"
    })
    void ratesFollowTheirSchedule(long step, double stepped, double multiStepped, double cosine) {
        assertEquals(0.4, LearningRate.constant(0.4).at(step));
        assertEquals(stepped, LearningRate.step(0.4, 10, 0.1).at(step), 1e-9);
        assertEquals(
                multiStepped, LearningRate.multiStep(0.4, List.of(5L, 8L), 0.5).at(step), 1e-9);
        assertEquals(cosine, LearningRate.cosine(0.4, 20, 0.01).at(step), 1e-8);
        assertEquals(cosine / 2, LearningRate.cosine(0.4, 20, 0.01).times(0.5).at(step), 1e-8);
    }

    private static void step(Tensor x, Optimizer optimizer) {
        x.exp().sum().backward();
        optimizer.step(0.1);
    }

    private static Parameters parameters() {
        return new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(1));
    }
}
