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

/** CIFAR-100 (Krizhevsky, 2009) with its 100 fine labels. */
@ServiceProvider(DatasetFactory.class)
public final class Cifar100 implements DatasetFactory<Limits> {

    private static final CifarSet SET = new CifarSet(
            new DataFile(
                    "cifar100",
                    "cifar-100-binary.tar.gz",
                    Checksum.md5OfDownload("03b5dce01913d631647c71ecec9e9cb8"),
                    List.of(),
                    List.of(URI.create("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz"))),
            "cifar-100-binary",
            List.of("train.bin"),
            50_000,
            "test.bin",
            10_000,
            new RecordLayout(List.of(20, 100)),
            List.of(
                    "apple",
                    "aquarium fish",
                    "baby",
                    "bear",
                    "beaver",
                    "bed",
                    "bee",
                    "beetle",
                    "bicycle",
                    "bottle",
                    "bowl",
                    "boy",
                    "bridge",
                    "bus",
                    "butterfly",
                    "camel",
                    "can",
                    "castle",
                    "caterpillar",
                    "cattle",
                    "chair",
                    "chimpanzee",
                    "clock",
                    "cloud",
                    "cockroach",
                    "couch",
                    "crab",
                    "crocodile",
                    "cup",
                    "dinosaur",
                    "dolphin",
                    "elephant",
                    "flatfish",
                    "forest",
                    "fox",
                    "girl",
                    "hamster",
                    "house",
                    "kangaroo",
                    "keyboard",
                    "lamp",
                    "lawn mower",
                    "leopard",
                    "lion",
                    "lizard",
                    "lobster",
                    "man",
                    "maple tree",
                    "motorcycle",
                    "mountain",
                    "mouse",
                    "mushroom",
                    "oak tree",
                    "orange",
                    "orchid",
                    "otter",
                    "palm tree",
                    "pear",
                    "pickup truck",
                    "pine tree",
                    "plain",
                    "plate",
                    "poppy",
                    "porcupine",
                    "possum",
                    "rabbit",
                    "raccoon",
                    "ray",
                    "road",
                    "rocket",
                    "rose",
                    "sea",
                    "seal",
                    "shark",
                    "shrew",
                    "skunk",
                    "skyscraper",
                    "snail",
                    "snake",
                    "spider",
                    "squirrel",
                    "streetcar",
                    "sunflower",
                    "sweet pepper",
                    "table",
                    "tank",
                    "telephone",
                    "television",
                    "tiger",
                    "tractor",
                    "train",
                    "trout",
                    "tulip",
                    "turtle",
                    "wardrobe",
                    "whale",
                    "willow tree",
                    "wolf",
                    "woman",
                    "worm"),
            new Normalization(List.of(0.5071, 0.4867, 0.4408), List.of(0.2675, 0.2565, 0.2761)));

    @Override
    public String name() {
        return "cifar100";
    }

    @Override
    public String description() {
        return "photographs of 100 classes, 50,000 + 10,000 images of 32x32 in colour";
    }

    @Override
    public Limits defaults() {
        return new Limits(0, 0);
    }

    @Override
    public Dataset load(DataFiles files, Limits limits) throws IOException {
        return SET.load(files, limits);
    }
}
