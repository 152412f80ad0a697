package dev.dafl.spi;

import java.util.List;

/**
 * A number that may change over a run: straight from point to point, and constant before the first and after the last. In a file
 * a number, or points {@code [[0, 0], [0.25, 1]]} of a share of the run and a value.
 *
 * @param points at least one, in the order of their shares
 */
public record Ramp(List<Point> points) {

    /**
     * A point.
     *
     * @param share of the run that is done, 0 to 1
     * @param value finite
     */
    public record Point(double share, double value) {

        public Point {
            if (!(share >= 0 && share <= 1)) {
                throw new IllegalArgumentException("a share of the run is from 0 to 1, not " + share);
            }
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a value must be a finite number, not " + value);
            }
        }
    }

    public Ramp {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("there must be at least one point, such as [[0, 1]]");
        }
        for (int i = 1; i < points.size(); i++) {
            if (points.get(i).share() <= points.get(i - 1).share()) {
                throw new IllegalArgumentException("the shares of the points must grow, such as [[0, 0], [0.25, 1]]");
            }
        }
    }

    /** The same number all the time. */
    public static Ramp constant(double value) {
        return new Ramp(List.of(new Point(0, value)));
    }

    /** @param progress the share of the run that is done, 0 to 1 */
    public double at(double progress) {
        Point before = points.getFirst();
        for (Point next : points) {
            if (next.share() > progress) {
                return next == before
                        ? next.value()
                        : before.value()
                                + (next.value() - before.value())
                                        * (progress - before.share())
                                        / (next.share() - before.share());
            }
            before = next;
        }
        return before.value();
    }

    /** Whether it is the same all the time. */
    public boolean isConstant() {
        return points.stream()
                .allMatch(point -> point.value() == points.getFirst().value());
    }
}
