package dev.dafl.engine.pictures;

import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.training.Agreement;
import dev.dafl.engine.training.ImagesAtOnce;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The pictures of a run.
 *
 * @param folder they are written to
 * @param shape of the images
 * @param normalization of them
 * @param device of the networks
 * @param random where the generator's input is drawn
 * @param written is told of each
 */
public record RunPictures(
        Path folder,
        ImageShape shape,
        Normalization normalization,
        Device device,
        RandomStream random,
        Written written) {

    /** Hears of a picture that was written. */
    @FunctionalInterface
    public interface Written {

        /** @param name without the file's ending */
        void picture(String name, Path file);
    }

    private static final int IMAGES = 512;

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
            List<Tensor> parts = new ArrayList<>();
            List<Tensor> saidOfThem = new ArrayList<>();
            int batch = ImagesAtOnce.of(IMAGES, shape);
            for (int start = 0; start < IMAGES; start += batch) {
                try (TensorScope _ = TensorScope.open()) {
                    Tensor made = source.images(Math.min(batch, IMAGES - start), random.at("picture", parts.size()));
                    parts.add(NormalisedPixels.small(made).toOuter());
                    saidOfThem.add(
                            teacher.inFloat32().forward(made, Pass.evaluate()).toOuter());
                }
            }
            Tensor images = Functional.cat(parts, 0);
            Tensor logits = Functional.cat(saidOfThem, 0);
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
