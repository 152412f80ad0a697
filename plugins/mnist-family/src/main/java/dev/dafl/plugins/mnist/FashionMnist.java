package dev.dafl.plugins.mnist;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.DatasetFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Fashion-MNIST (Xiao et al., 2017), with its usual normalisation; also from Debian's package dataset-fashion-mnist. */
@ServiceProvider(DatasetFactory.class)
public final class FashionMnist implements DatasetFactory<Limits> {

    private static final IdxDataset FILES = new IdxDataset(
            "fashion-mnist",
            new String[] {"train", "t10k"},
            List.of(
                    "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                    "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                    "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                    "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"),
            List.of(Path.of("/usr/share/datasets/fashion-mnist")),
            List.of(
                    "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
                    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            List.of(
                    "T-shirt",
                    "trouser",
                    "pullover",
                    "dress",
                    "coat",
                    "sandal",
                    "shirt",
                    "sneaker",
                    "bag",
                    "ankle boot"),
            Normalization.grey(0.2860, 0.3530));

    @Override
    public String name() {
        return "fashion-mnist";
    }

    @Override
    public String description() {
        return "pictures of clothes, 60,000 + 10,000 images of 28x28";
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
