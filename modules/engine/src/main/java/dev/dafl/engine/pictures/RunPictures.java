package dev.dafl.engine.pictures;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/**
 * The pictures of a run.
 *
 * @param folder they are written to
 * @param normalization of the images
 * @param device of the networks
 * @param random where the generator's input is drawn
 */
public record RunPictures(Path folder, Normalization normalization, Device device, RandomStream random) {

    private static final int BATCH = 512;

    /** {@code generated.png} and {@code class-means.png}. */
    public void generated(Network generator, int latentSize, Network teacher) throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            float[] latent = new float[BATCH * latentSize];
            RandomGenerator numbers = random.at("picture", 0);
            for (int i = 0; i < latent.length; i++) {
                latent[i] = (float) numbers.nextGaussian();
            }
            Tensor z = Tensor.of(latent, BATCH, latentSize).to(device);
            Tensor images = generator.inFloat32().forward(z, Pass.train());
            Tensor logits = teacher.inFloat32().forward(images, Pass.evaluate());
            ImageGrid.write(folder.resolve("generated.png"), images, logits, normalization);
            ClassMeans.write(folder.resolve("class-means.png"), images, logits, normalization);
        }
    }

    /** {@code filters.png}, where first layers can be drawn. */
    public void filters(Network teacher, Network student) throws IOException {
        FilterGrid.write(folder.resolve("filters.png"), teacher, student);
    }
}
