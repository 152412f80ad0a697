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
     * @param stacked whether each is drawn on top of the one before
     * @param marks steps at which a dead generator was replaced
     */
    record Curves(String title, Unit unit, boolean stacked, List<Series> series, List<Long> marks) implements Chart {}

    /** @param points step and value */
    record Series(String name, List<double[]> points) {}

    /** Means with their deviations, and what they are of. */
    record Spreads(String title, List<Bar> bars) implements Chart {}

    /**
     * @param values that the mean is of
     * @param reference what somebody else has, null where there is nothing
     */
    record Bar(
            String name,
            double mean,
            double std,
            List<Double> values,
            @Nullable Double reference) {}
}
