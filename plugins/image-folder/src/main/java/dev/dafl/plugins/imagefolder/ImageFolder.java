package dev.dafl.plugins.imagefolder;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DataFiles;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Dataset.Split;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.KeptImages;
import dev.dafl.spi.KeptImages.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The user's own images: PNG, JPEG, BMP and GIF files (the first picture) in a folder for each class, or in one folder with
 * CelebA's file of labels. A file is known by its content, not by its name; hidden files, those that systems leave in folders,
 * and texts are not looked at. Classes are the folders' names in PyTorch's order, as texts: 1, 10, 2. Stored values are taken
 * as they are: colour profiles and EXIF orientation are not applied, of 16 bits the upper 8 are taken, and what is transparent
 * is laid on white. Files are decoded once: what came of them is kept, and read again when a file or an option has changed
 * ({@link FilesState}).
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
        Places places = new Places(files);
        Samples samples = samples(places, options);
        ClassOrder.tell(samples.classNames());
        List<Sample> toTrain = samples.limited(samples.train(), options.trainLimit());
        List<Sample> toTest = samples.limited(samples.test(), options.testLimit());
        Origin origin = origin(options, places.folder("train", options.train()), toTrain, toTest);
        KeptImages images = files.kept(origin, sink -> {
            Findings findings = new Findings();
            AtomicLong done = new AtomicLong();
            ImageDecoder decoder = new ImageDecoder(options.channels(), options.size());
            try (SplitReader reader = new SplitReader(
                    decoder, findings, () -> files.progress(origin.name(), done.incrementAndGet(), origin.atMost()))) {
                reader.read(toTrain, sink::train);
                reader.read(toTest, sink::test);
            }
            findings.sizes().requireOne();
            findings.writeTo(sink);
        });
        Findings findings = Findings.read(images.notes());
        BadImages bad = new BadImages();
        samples.strays().forEach(stray -> bad.add(stray, "lies beside the class folders"));
        bad.add(findings.bad());
        bad.settle(options.onBadImage());
        findings.turned().tell();
        Split trained = images.train().orElseThrow(() -> none("to train on"));
        Split measured = images.test().orElseThrow(() -> none("to measure on"));
        samples.requireOfEach(toTrain, trained, "to train on");
        samples.requireOfEach(toTest, measured, "to measure on");
        ImageShape shape =
                new ImageShape(options.channels(), (int) trained.images().size(2), (int)
                        trained.images().size(3));
        return new Dataset(shape, samples.classNames(), options.normalization(), trained, measured);
    }

    /** The pixels do not follow from mean and std, and where files are bad others are read all the same. */
    private static Origin origin(Options options, Path train, List<Sample> toTrain, List<Sample> toTest) {
        Path folder = train.toAbsolutePath().normalize();
        int names = folder.getNameCount();
        return new Origin(
                names == 0
                        ? folder.toString()
                        : folder.subpath(Math.max(0, names - 2), names).toString(),
                String.join(
                        "\n",
                        "image-folder",
                        folder.toString(),
                        options.test(),
                        options.labels(),
                        options.attribute(),
                        options.partition(),
                        options.trainShare() + " " + options.trainLimit() + " " + options.testLimit(),
                        options.channels() + " " + options.size()),
                FilesState.of(toTrain, toTest),
                (long) toTrain.size() + toTest.size());
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
