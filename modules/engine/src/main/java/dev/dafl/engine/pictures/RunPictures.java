package dev.dafl.engine.pictures;

import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.training.Agreement;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The pictures of a run.
 *
 * @param folder they are written to
 * @param normalization of the images
 * @param device of the networks
 * @param random where the generator's input is drawn
 * @param written is told of each
 */
public record RunPictures(
        Path folder, Normalization normalization, Device device, RandomStream random, Written written) {

    /** Hears of a picture that was written. */
    @FunctionalInterface
    public interface Written {

        /** @param name without the file's ending */
        void picture(String name, Path file);
    }

    private static final int BATCH = 512;

    /** {@code generated.png} and {@code class-means.png} of what a generator makes. */
    public void generated(Network generator, int columns, Network teacher) throws IOException {
        made(
                (count, numbers) -> {
                    float[] latent = new float[count * columns];
                    for (int i = 0; i < latent.length; i++) {
                        latent[i] = (float) numbers.nextGaussian();
                    }
                    return generator
                            .inFloat32()
                            .forward(Tensor.of(latent, count, columns).to(device), Pass.train());
                },
                teacher);
    }

    /** {@code generated.png} and {@code class-means.png} of images, whatever makes them. */
    public void made(Agreement.Source source, Network teacher) throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Tensor images = source.images(BATCH, random.at("picture", 0));
            Tensor logits = teacher.inFloat32().forward(images, Pass.evaluate());
            ImageGrid.write(Artefact.GENERATED.in(folder), images, logits, normalization);
            ClassMeans.write(Artefact.CLASS_MEANS.in(folder), images, logits, normalization);
        }
        tell(Artefact.GENERATED);
        tell(Artefact.CLASS_MEANS);
    }

    /**
     * An image of each class, or of ten of many classes, of a batch.
     *
     * @param file to write
     * @param images {@code [n, c, h, w]}, normalised
     * @param logits of the teacher, {@code [n, k]}
     */
    public void glimpse(Path file, Tensor images, Tensor logits) throws IOException {
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            ImageRow.write(
                    file, images.detach().to(DType.FLOAT32), logits.detach().to(DType.FLOAT32), normalization);
        }
    }

    /** {@code filters.png}, where first layers can be drawn. */
    public void filters(Network teacher, Network student) throws IOException {
        if (FilterGrid.write(Artefact.FILTERS.in(folder), teacher, student)) {
            tell(Artefact.FILTERS);
        }
    }

    private void tell(Artefact picture) {
        written.picture(picture.file().replace(".png", ""), picture.in(folder));
    }
}
