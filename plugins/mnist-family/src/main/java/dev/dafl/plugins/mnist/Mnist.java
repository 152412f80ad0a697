package dev.dafl.plugins.mnist;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DatasetFactory;
import java.io.IOException;
import java.util.List;

/** MNIST (LeCun et al.): the digits of the paper's first experiment, with the usual normalisation. */
@ServiceProvider(DatasetFactory.class)
public final class Mnist implements DatasetFactory<Limits> {

    private static final IdxDataset FILES = new IdxDataset(
            "mnist",
            new String[] {"train", "t10k"},
            List.of(
                    "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                    "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                    "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                    "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"),
            List.of(),
            List.of(
                    "https://ossci-datasets.s3.amazonaws.com/mnist/",
                    "https://storage.googleapis.com/cvdf-datasets/mnist/"),
            IdxDataset.DIGITS,
            Normalization.grey(0.1307, 0.3081));

    @Override
    public String name() {
        return "mnist";
    }

    @Override
    public String description() {
        return "handwritten digits, 60,000 + 10,000 images of 28x28";
    }

    @Override
    public Limits defaults() {
        return new Limits(0, 0);
    }

    @Override
    public Dataset load(DataFiles files, Limits limits) throws IOException {
        return FILES.load(files, limits);
    }
}
