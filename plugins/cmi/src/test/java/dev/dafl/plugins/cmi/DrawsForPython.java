package dev.dafl.plugins.cmi;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.test.PlainGenerator;
import dev.dafl.spi.test.TrialNetworks;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Writes the random numbers of CmiTest's rounds for src/test/python/reference.py, which cannot draw them itself. The order in which
 * they are drawn is the method's: should it change, the test fails.
 */
final class DrawsForPython {

    private DrawsForPython() {}

    /** @param arguments the file */
    public static void main(String[] arguments) throws IOException {
        Surroundings around = new Surroundings(
                new ImageShape(3, 8, 8),
                4,
                Normalization.grey(0, 1),
                Device.CPU,
                MemoryFormat.CONTIGUOUS,
                new RandomStream(1),
                Path::of);
        Map<String, Tensor> draws = new HashMap<>();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                NamedWorkspace workspace = new NamedWorkspace(around, "method")) {
            Embedding head =
                    Embedding.of(workspace, 2L * TrialNetworks.TEACHER_WIDTH, CmiTest.EMBEDDING, 1, Adam.DEFAULTS);
            head.begin(workspace);
            head.head().parameters().stateDict().forEach((name, tensor) -> draws.put("head." + name, tensor.copy()));
            for (int round = 0; round < CmiTest.ROUNDS; round++) {
                RandomGenerator random = workspace.random().at("batch", round);
                draws.put(
                        "latent." + round,
                        Initializer.normal(0, 1).values(new long[] {CmiTest.BATCH, PlainGenerator.LATENT}, random));
                long[] targets = new long[CmiTest.BATCH];
                for (int i = 0; i < targets.length; i++) {
                    targets[i] = random.nextInt(4);
                }
                draws.put("targets." + round, Tensor.of(targets, targets.length));
            }
            for (int step = 0; step < CmiTest.ROUNDS * CmiTest.STEPS; step++) {
                RandomGenerator random = workspace.random().at("views", step);
                draws.put("moved." + step, maps(View.moved(CmiTest.BATCH, 8, 8, 1, 1, true, random)));
                draws.put("cropped." + step, maps(View.cropped(CmiTest.BATCH, 0.25, true, random)));
            }
            for (int step = CmiTest.STEPS; step < CmiTest.ROUNDS * CmiTest.STEPS; step++) {
                draws.put(
                        "negatives." + step,
                        drawn(
                                CmiTest.NEGATIVES,
                                CmiTest.BATCH,
                                workspace.random().at("negatives", step)));
            }
            Safetensors.write(Path.of(arguments[0]), draws, Map.of("origin", DrawsForPython.class.getName()));
        }
    }

    private static Tensor drawn(int count, int below, RandomGenerator random) {
        long[] values = new long[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextLong(below);
        }
        return Tensor.of(values, count);
    }

    private static Tensor maps(View view) {
        return Tensor.of(view.maps(), CmiTest.BATCH, 2, 3);
    }
}
