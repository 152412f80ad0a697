package dev.dafl.plugins.imagefolder;

import dev.dafl.plugins.imagefolder.Options.OnBadImage;
import java.util.List;

/** Options that differ from {@code train: train, test: test} only in what a test is about. */
final class Changed {

    private String train = "train";
    private String test = "test";
    private int size;
    private int channels = 3;
    private OnBadImage onBadImage = OnBadImage.REFUSE;
    private String labels = "";
    private String attribute = "";
    private String partition = "";
    private double share = 0.8;
    private int trainLimit;
    private int testLimit;
    private List<Double> mean = List.of(0.5);
    private List<Double> std = List.of(0.5);

    Options options() {
        return new Options(
                train,
                test,
                size,
                channels,
                onBadImage,
                labels,
                attribute,
                partition,
                share,
                trainLimit,
                testLimit,
                mean,
                std);
    }

    Changed train(String folder) {
        train = folder;
        return this;
    }

    Changed test(String folder) {
        test = folder;
        return this;
    }

    Changed size(int side) {
        size = side;
        return this;
    }

    Changed channels(int count) {
        channels = count;
        return this;
    }

    Changed skip() {
        onBadImage = OnBadImage.SKIP;
        return this;
    }

    Changed labels(String file, String column, String parts) {
        labels = file;
        attribute = column;
        partition = parts;
        return this;
    }

    Changed share(double part) {
        share = part;
        return this;
    }

    Changed limits(int toTrain, int toTest) {
        trainLimit = toTrain;
        testLimit = toTest;
        return this;
    }

    Changed normalization(List<Double> means, List<Double> deviations) {
        mean = means;
        std = deviations;
        return this;
    }
}
