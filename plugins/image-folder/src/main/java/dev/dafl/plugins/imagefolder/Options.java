package dev.dafl.plugins.imagefolder;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import java.util.Collections;
import java.util.List;

/**
 * Options of {@code image-folder}. Paths that are not absolute are looked for below the user's data folders and then in
 * the working folder; an empty text is a path that is not given.
 *
 * @param train folder with a folder of images for each class; with {@code labels}, the one folder of all images
 * @param test as {@code train}, to measure on; where it is empty, a part of {@code train} is kept for that
 * @param size height and width that every image is brought to, whatever its proportions; 0 takes them as they are, and then
 *     they must all have one size, whatever {@code on-bad-image} says
 * @param channels 3 for colour, 1 for grey; every image is turned into that
 * @param onBadImage what happens when files are broken, missing or no images
 * @param labels a text file with a line for each image, its name and then -1 or 1 (or 0 and 1) for each attribute, after a
 *     line with the attributes' names, as CelebA has it; separated by blanks or commas
 * @param attribute the one of {@code labels} that divides the images into two classes
 * @param partition a text file with the name of each image and 0 (to train on), 1 (not used) or 2 (to measure on)
 * @param trainShare part of the images of each class that is trained on where neither {@code test} nor {@code partition}
 *     says which
 * @param trainLimit only so many images to train on, from all classes in turn; 0 is all
 * @param testLimit only so many images to measure on, from all classes in turn; 0 is all
 * @param mean of the pixels from 0 to 1, one for all channels or one for each
 * @param std standard deviation of the pixels, likewise
 */
public record Options(
        String train,
        String test,
        @Range(min = 0, max = LARGEST_SIZE) int size,
        int channels,
        OnBadImage onBadImage,
        String labels,
        String attribute,
        String partition,
        @Range(above = 0, below = 1) double trainShare,
        @Range(min = 0) int trainLimit,
        @Range(min = 0) int testLimit,
        List<Double> mean,
        @Range(above = 0) List<Double> std) {

    static final Options DEFAULTS =
            new Options("", "", 0, 3, OnBadImage.REFUSE, "", "", "", 0.8, 0, 0, List.of(0.5), List.of(0.5));

    @SuppressWarnings("UnusedVariable") // the annotations read it
    private static final int LARGEST_SIZE = 4096;

    /** What happens when files are broken, missing or no images. */
    public enum OnBadImage {
        /** The data set is not loaded. */
        REFUSE,
        /** They are left out, with a warning that counts and names them. */
        SKIP
    }

    public Options {
        Ranges.require(
                Options.class,
                train,
                test,
                size,
                channels,
                onBadImage,
                labels,
                attribute,
                partition,
                trainShare,
                trainLimit,
                testLimit,
                mean,
                std);
        require(channels == 1 || channels == 3, "channels must be 1 (grey) or 3 (colour), not " + channels);
        require(
                labels.isEmpty() == attribute.isEmpty(),
                labels.isEmpty()
                        ? "attribute names a column of labels, and labels is not given"
                        : "labels needs attribute, the name of the column that divides the images into classes");
        require(
                partition.isEmpty() || !labels.isEmpty(),
                "partition divides the images of labels, and labels is not given");
        require(
                test.isEmpty() || labels.isEmpty(),
                "with labels all images are in the folder train; leave out test, and"
                        + " name a file with partition or set train-share");
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        requireOneOrAll("mean", mean, channels);
        requireOneOrAll("std", std, channels);
        require(mean.stream().allMatch(Double::isFinite), "mean must be finite, not " + mean);
    }

    Normalization normalization() {
        return new Normalization(forEachChannel(mean), forEachChannel(std));
    }

    private List<Double> forEachChannel(List<Double> values) {
        return values.size() == channels ? values : Collections.nCopies(channels, values.getFirst());
    }

    private static void requireOneOrAll(String option, List<Double> values, int channels) {
        require(
                values.size() == 1 || values.size() == channels,
                option + " has one number for all channels"
                        + (channels == 1 ? "" : " or " + channels + ", one for each") + ", not " + values.size());
    }

    private static void require(boolean right, String otherwise) {
        if (!right) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
