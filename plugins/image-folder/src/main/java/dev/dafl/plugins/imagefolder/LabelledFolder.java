package dev.dafl.plugins.imagefolder;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One folder of images that a file of labels divides into those without and those with an attribute. */
final class LabelledFolder {

    private LabelledFolder() {}

    static Samples read(Path folder, Places places, Options options) throws IOException {
        Path labelFile = places.file("labels", options.labels());
        List<String> classNames = List.of("not " + options.attribute(), options.attribute());
        Map<String, Integer> labels = LabelFile.read(labelFile, options.attribute());
        if (options.partition().isEmpty()) {
            List<Sample> all = new ArrayList<>();
            for (var entry : labels.entrySet()) {
                all.add(sample(folder, labelFile, entry));
            }
            return Samples.shared(classNames, all, options.trainShare(), List.of());
        }
        Path partitionFile = places.file("partition", options.partition());
        Map<String, Integer> parts = PartitionFile.read(partitionFile);
        List<Sample> train = new ArrayList<>();
        List<Sample> test = new ArrayList<>();
        for (var entry : labels.entrySet()) {
            Integer part = parts.get(entry.getKey());
            if (part == null) {
                throw new IOException(partitionFile + " lacks " + entry.getKey() + ", which " + labelFile + " lists");
            }
            if (part == PartitionFile.TRAIN || part == PartitionFile.TEST) {
                (part == PartitionFile.TRAIN ? train : test).add(sample(folder, labelFile, entry));
            }
        }
        return new Samples(classNames, train, test, List.of());
    }

    private static Sample sample(Path folder, Path labelFile, Map.Entry<String, Integer> entry) throws IOException {
        try {
            return new Sample(folder.resolve(entry.getKey()), entry.getValue());
        } catch (InvalidPathException e) {
            throw new IOException(labelFile + " has '" + entry.getKey() + "' where the name of an image is due", e);
        }
    }
}
