package dev.dafl.plugins.cifar;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Checksum;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.DataFiles.DataFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DatasetFactory;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/**
 * CIFAR-10 (Krizhevsky, 2009), normalised as in the paper's second experiment: from the official binary archive, or from an
 * archive of JPEG or PNG files, {@code train/CLASS/NAME.jpg} and {@code test/CLASS/NAME.jpg}, which is never downloaded. Images
 * of the latter come from all classes in turn.
 */
@ServiceProvider(DatasetFactory.class)
public final class Cifar10 implements DatasetFactory<Cifar10Options> {

    private static final List<String> CLASSES =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");
    private static final Normalization NORMALIZATION =
            new Normalization(List.of(0.4914, 0.4822, 0.4465), List.of(0.2023, 0.1994, 0.2010));
    private static final CifarSet BINARY = new CifarSet(
            new DataFile(
                    "cifar10",
                    "cifar-10-binary.tar.gz",
                    Checksum.md5OfDownload("c32a1d4ab5d03f1284b67883e8d87530"),
                    List.of(),
                    List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz"))),
            "cifar-10-batches-bin",
            List.of("data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"),
            10_000,
            "test_batch.bin",
            10_000,
            new RecordLayout(List.of(10)),
            CLASSES,
            NORMALIZATION);
    private static final PictureSet PICTURES =
            new PictureSet("cifar10", "cifar10-jpeg", CLASSES, 5_000, 1_000, NORMALIZATION);

    @Override
    public String name() {
        return "cifar10";
    }

    @Override
    public String description() {
        return "photographs of 10 classes, 50,000 + 10,000 images of 32x32 in colour";
    }

    @Override
    public Cifar10Options defaults() {
        return Cifar10Options.DEFAULTS;
    }

    @Override
    public Dataset load(DataFiles files, Cifar10Options options) throws IOException {
        return new EitherSet(BINARY, PICTURES).load(files, options);
    }
}
