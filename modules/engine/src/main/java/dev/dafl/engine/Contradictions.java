package dev.dafl.engine;

import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.DataConfig.Fit;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.weights.WeightsFile;
import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a teacher's file says of the images and the classes that it was trained on, against the data that the teacher is given
 * here. The weights fit both, so that nothing fails: the teacher is only worse than it is. A file that dafl has not written says
 * nothing.
 *
 * @param file of the teacher
 * @param data as the experiment names them
 * @param stored of the data's images, before they are brought to a size
 * @param here what the teacher sees and says in the experiment
 */
record Contradictions(WeightsFile file, DataConfig data, ImageShape stored, Task here) {

    private static final double GREY_LEVELS = 255;

    /** Each in a sentence that says what the file says, what the data say, what that does, and which key to set. */
    List<String> told() {
        Optional<Task> there = file.task();
        return there.isEmpty()
                ? List.of()
                : Stream.of(normalization(there.get()), size(there.get()), fit(there.get()), classes(there.get()))
                        .flatMap(Optional::stream)
                        .toList();
    }

    private Optional<String> normalization(Task there) {
        Normalization learnt = there.normalization();
        Normalization given = here.normalization();
        return learnt.mean().size() != given.mean().size() || areAlike(learnt, given)
                ? Optional.empty()
                : Optional.of(trained() + "on images normalised with " + text(learnt) + ", and those of "
                        + here.source()
                        + " are with " + text(given) + ": it is given other numbers than it has learnt from and is less"
                        + " accurate; set data.normalization: {" + text(learnt) + "}");
    }

    /** Written with fewer digits they are still the same: what black and white become differs by less than a grey level. */
    private static boolean areAlike(Normalization one, Normalization other) {
        return IntStream.range(0, one.mean().size()).allMatch(channel -> {
            double level = 1 / (GREY_LEVELS * one.std().get(channel));
            return Stream.of(0.0, 1.0)
                    .allMatch(pixel ->
                            Math.abs(normalised(one, channel, pixel) - normalised(other, channel, pixel)) < level);
        });
    }

    private static double normalised(Normalization normalization, int channel, double pixel) {
        return (pixel - normalization.mean().get(channel)) / normalization.std().get(channel);
    }

    private static String text(Normalization normalization) {
        return "mean: " + normalization.mean() + ", std: " + normalization.std();
    }

    private Optional<String> size(Task there) {
        ImageShape learnt = there.shape();
        if (isOfOneSize(learnt, here.shape())) {
            return Optional.empty();
        }
        String remedy = learnt.height() == learnt.width()
                ? "set data.image-size: " + learnt.height()
                        + fitThere().map(fit -> " and data.fit: " + word(fit)).orElse("")
                : "there is no key for images that are not square: name data of that size in data.dataset";
        return Optional.of(trained() + "on images of " + size(learnt) + ", and those of " + here.source() + " are "
                + size(here.shape()) + " here: what it knows is larger or smaller in them, and it is less accurate; "
                + remedy);
    }

    private static boolean isOfOneSize(ImageShape one, ImageShape other) {
        return one.height() == other.height() && one.width() == other.width();
    }

    private static String size(ImageShape shape) {
        return shape.height() + "x" + shape.width();
    }

    /** Images that have their size already are not fitted. */
    private Optional<String> fit(Task there) {
        return isOfOneSize(stored, here.shape()) || !isOfOneSize(there.shape(), here.shape())
                ? Optional.empty()
                : fitThere()
                        .filter(fit -> fit != data.fit())
                        .map(fit -> trained() + "on images brought to their size with fit: " + word(fit)
                                + ", and those of " + here.source() + " are with fit: " + word(data.fit())
                                + ": what it knows is larger, smaller or of other proportions in them, and it is less"
                                + " accurate; set data.fit: " + word(fit));
    }

    private Optional<Fit> fitThere() {
        return file.data().filter(there -> there.imageSize().isPresent()).map(DataConfig::fit);
    }

    private static String word(Fit fit) {
        return fit.name().toLowerCase(Locale.ROOT);
    }

    private Optional<String> classes(Task there) {
        List<String> learnt = there.classNames();
        List<String> given = here.classNames();
        if (learnt.size() != given.size() || areNumbersOfNobody(learnt)) {
            return Optional.empty();
        }
        List<Integer> others = IntStream.range(0, learnt.size())
                .filter(label -> !Objects.equals(learnt.get(label), given.get(label)))
                .boxed()
                .toList();
        return others.stream()
                .findFirst()
                .map(label -> trained() + "on other classes than " + here.source() + " has: class " + label + " is "
                        + learnt.get(label) + " there and " + given.get(label) + " here, and so on for " + others.size()
                        + " of " + learnt.size() + ": what it says is measured against other labels and shown under"
                        + " other names; name the data of its classes, in their order, in data.dataset");
    }

    /** Whoever has a teacher from elsewhere and names no classes gets numbers for names. */
    private boolean areNumbersOfNobody(List<String> names) {
        return file.data().isEmpty()
                && names.equals(IntStream.range(0, names.size())
                        .mapToObj(Integer::toString)
                        .toList());
    }

    private String trained() {
        return file.path() + " says that its network was trained ";
    }
}
