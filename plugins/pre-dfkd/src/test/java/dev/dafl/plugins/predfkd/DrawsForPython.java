package dev.dafl.plugins.predfkd;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.test.PlainGenerator;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Writes the random numbers of PreDfkdTest's rounds for src/test/python/reference.py, which cannot draw them itself. The order in
 * which they are drawn is the method's: should it change, the test fails.
 */
final class DrawsForPython {

    private DrawsForPython() {}

    /** @param arguments the file */
    public static void main(String[] arguments) throws IOException {
        RandomStream run = new RandomStream(1);
        Surroundings around = new Surroundings(
                new ImageShape(3, 8, 8),
                4,
                Normalization.grey(0, 1),
                Device.CPU,
                MemoryFormat.CONTIGUOUS,
                run,
                Path::of);
        Map<String, Tensor> draws = new HashMap<>();
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled();
                NamedWorkspace workspace = new NamedWorkspace(around, "method")) {
            Network encoder =
                    workspace.network("encoder", path -> Memory.encoder(path, around.shape(), PlainGenerator.LATENT));
            encoder.parameters().stateDict().forEach((name, tensor) -> draws.put("encoder." + name, tensor.copy()));
            for (int step = 0; step < PreDfkdTest.ROUNDS * PreDfkdTest.STEPS; step++) {
                draws.put(
                        "latent." + step,
                        latent(PreDfkdTest.BATCH, workspace.random().at("latent", step)));
            }
            for (int step = 0; step < PreDfkdTest.ROUNDS * PreDfkdTest.MEMORY_STEPS; step++) {
                RandomGenerator random = workspace.random().at("memory", step);
                int remembered = step < PreDfkdTest.MEMORY_STEPS ? 0 : PreDfkdTest.BATCH / 2;
                draws.put("new." + step, latent(PreDfkdTest.BATCH - remembered, random));
                if (remembered > 0) {
                    draws.put("remembered." + step, latent(remembered, random));
                }
                draws.put("drawn." + step, latent(PreDfkdTest.BATCH, random));
            }
            // What the trial asks for after its last step.
            RandomGenerator last = run.at("sample", PreDfkdTest.ROUNDS);
            draws.put("own", latent(4, last));
            draws.put("earlier", latent(4, last));
            Safetensors.write(Path.of(arguments[0]), draws, Map.of("origin", DrawsForPython.class.getName()));
        }
    }

    private static Tensor latent(int count, RandomGenerator random) {
        return Initializer.normal(0, 1).values(new long[] {count, PlainGenerator.LATENT}, random);
    }
}
