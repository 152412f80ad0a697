package dev.dafl.engine.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the page's script draws; the components are what it reads. */
sealed interface Chart {

    String title();

    /** How numbers are written at an axis. */
    enum Unit {
        PLAIN,
        SHARE,
        LOGARITHMIC
    }

    /**
     * Values over steps.
     *
     * @param vertical what the values are, in a word or two
     * @param stacked whether each is drawn on top of the one before
     * @param marks steps at which something happened to the generator
     */
    record Curves(String title, Unit unit, String vertical, boolean stacked, List<Series> series, List<Mark> marks)
            implements Chart {}

    /** @param points step and value */
    record Series(String name, List<double[]> points) {}

    /** A step at which something happened to the generator. */
    record Mark(long step, Happening happening) {}

    /** What may happen to a generator. */
    enum Happening {
        /** It had died, and an earlier one was put back. */
        RECOVERY,
        /** A fresh one took its place, as planned. */
        RESTART
    }

    /**
     * The curves of several, each the mean of runs.
     *
     * @param vertical what the values are, in a word or two
     */
    record Compared(String title, Unit unit, String vertical, Horizontal across, List<Line> lines) implements Chart {}

    /** What a curve goes over. */
    enum Horizontal {
        MINUTES("time"),
        STEPS("steps");

        private final String words;

        Horizontal(String words) {
            this.words = words;
        }

        String words() {
            return words;
        }
    }

    /**
     * @param mean points of the mean: where, and value
     * @param runs points of each run; none where there is but one, which is the mean then
     */
    record Line(String name, List<double[]> mean, List<List<double[]>> runs) {}

    /** Means with their deviations, and what they are of. */
    record Spreads(String title, String horizontal, List<Bar> bars) implements Chart {}

    /**
     * @param values that the mean is of
     * @param best whether no other has a larger mean
     * @param reference what somebody else has, null where there is nothing
     */
    record Bar(
            String name,
            double mean,
            double std,
            List<Double> values,
            boolean best,
            @Nullable Double reference) {}
}
