package dev.dafl.plugins.imagefolder;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The user's own images: PNG, JPEG, BMP and GIF files (the first picture) in a folder for each class, or in one folder with
 * CelebA's file of labels. A file is known by its content, not by its name; hidden files, those that systems leave in folders,
 * and texts are not looked at. Classes are the folders' names in PyTorch's order, as texts: 1, 10, 2. Stored values are taken
 * as they are: colour profiles and EXIF orientation are not applied, of 16 bits the upper 8 are taken, and what is transparent
 * is laid on white.
 */
@ServiceProvider(DatasetFactory.class)
public final class ImageFolder implements DatasetFactory<Options> {

    @Override
    public String name() {
        return "image-folder";
    }

    @Override
    public String description() {
        return "your own PNG, JPEG, BMP and GIF files, a folder for each class, or a file of labels";
    }

    @Override
    public Options defaults() {
        return Options.DEFAULTS;
    }

    @Override
    public Dataset load(DataFiles files, Options options) throws IOException {
        Samples samples = samples(new Places(files), options);
        ClassOrder.tell(samples.classNames());
        BadImages bad = new BadImages();
        samples.strays().forEach(stray -> bad.add(stray, "lies beside the class folders"));
        ImageSizes sizes = new ImageSizes();
        TurnedImages turned = new TurnedImages();
        List<Sample> toTrain = samples.limited(samples.train(), options.trainLimit());
        List<Sample> toTest = samples.limited(samples.test(), options.testLimit());
        Optional<Split> train;
        Optional<Split> test;
        ImageDecoder decoder = new ImageDecoder(options.channels(), options.size());
        try (SplitReader reader = new SplitReader(decoder, bad, sizes, turned)) {
            train = reader.read(toTrain);
            test = reader.read(toTest);
        }
        bad.settle(options.onBadImage());
        sizes.requireOne();
        turned.tell();
        Split trained = train.orElseThrow(() -> none("to train on"));
        Split measured = test.orElseThrow(() -> none("to measure on"));
        samples.requireOfEach(toTrain, trained, "to train on");
        samples.requireOfEach(toTest, measured, "to measure on");
        ImageShape shape =
                new ImageShape(options.channels(), (int) trained.images().size(2), (int)
                        trained.images().size(3));
        return new Dataset(shape, samples.classNames(), options.normalization(), trained, measured);
    }

    private static Samples samples(Places places, Options options) throws IOException {
        Path train = places.folder("train", options.train());
        if (!options.labels().isEmpty()) {
            return LabelledFolder.read(train, places, options);
        }
        ClassFolders folders = ClassFolders.of(train);
        return options.test().isEmpty()
                ? folders.shared(options.trainShare())
                : folders.with(ClassFolders.of(places.folder("test", options.test())));
    }

    private static IOException none(String purpose) {
        return new IOException("image-folder: there is no image " + purpose
                + "; look at the folders, on-bad-image, partition and train-share");
    }
}
