package dev.dafl.plugins.strokes;

import java.awt.geom.Path2D;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How people write the ten digits, as strokes in a box from (0, 0) to (1, 1): M moves the pen, L draws a line, C a cubic
 * curve. Some digits have more than one style.
 */
final class Strokes {

    private static final List<List<String>> DIGITS = List.of(
            List.of(
                    "M .5 .1 C .12 .1 .12 .9 .5 .9 C .88 .9 .88 .1 .5 .1",
                    "M .58 .1 C .15 .05 .15 .92 .5 .9 C .85 .88 .85 .2 .45 .14"),
            List.of("M .5 .1 L .5 .9", "M .36 .3 L .52 .1 L .52 .9", "M .36 .28 L .52 .1 L .52 .9 M .32 .9 L .72 .9"),
            List.of(
                    "M .25 .3 C .25 .04 .76 .04 .75 .32 C .74 .52 .4 .68 .23 .89 L .79 .89",
                    "M .25 .26 C .36 .02 .8 .08 .72 .36 C .66 .56 .4 .72 .28 .88 C .34 .7 .56 .9 .8 .84"),
            List.of(
                    "M .26 .2 C .4 .02 .77 .08 .73 .29 C .7 .45 .56 .48 .45 .48 C .6 .48 .79 .54 .77 .7 C .74 .96 .34 .96 .23 .8",
                    "M .25 .12 L .72 .12 L .46 .42 C .66 .4 .79 .52 .77 .68 C .74 .95 .36 .95 .24 .82"),
            List.of("M .63 .9 L .63 .1 L .2 .63 L .83 .63", "M .3 .1 L .25 .52 L .78 .5 M .7 .14 L .66 .92"),
            List.of(
                    "M .75 .12 L .33 .12 L .29 .47 C .46 .36 .77 .4 .77 .66 C .77 .93 .4 .96 .23 .82",
                    "M .32 .12 L .3 .44 C .5 .36 .76 .44 .75 .66 C .73 .92 .4 .94 .24 .84 M .32 .12 L .76 .1"),
            List.of("M .66 .09 C .4 .2 .24 .48 .26 .68 C .28 .96 .75 .96 .75 .68 C .75 .44 .36 .44 .27 .66"),
            List.of(
                    "M .22 .13 L .78 .13 C .62 .4 .48 .62 .44 .91",
                    "M .22 .14 L .78 .12 C .64 .4 .5 .62 .45 .91 M .36 .5 L .7 .48"),
            List.of(
                    "M .5 .48 C .19 .38 .27 .09 .5 .09 C .73 .09 .81 .38 .5 .48 C .17 .6 .21 .91 .5 .91 C .79 .91 .83 .6 .5 .48",
                    "M .7 .2 C .6 .04 .28 .08 .32 .28 C .36 .46 .72 .5 .72 .72 C .7 .96 .28 .96 .28 .74 C .3 .52 .66 .46 .7 .2"),
            List.of(
                    "M .73 .31 C .7 .04 .26 .08 .26 .32 C .26 .56 .68 .56 .73 .31 C .74 .55 .71 .75 .62 .91",
                    "M .72 .3 C .68 .04 .27 .1 .28 .33 C .3 .55 .68 .52 .72 .3 L .7 .91"));

    private Strokes() {}

    /** A digit in one of its styles, every point moved a little: {@code jitter} is the standard deviation, in boxes. */
    static Path2D draw(int digit, double jitter, RandomGenerator random) {
        List<String> styles = DIGITS.get(digit);
        String[] words = styles.get(random.nextInt(styles.size())).split(" ");
        Path2D path = new Path2D.Double();
        int at = 0;
        while (at < words.length) {
            String command = words[at++];
            double[] numbers = new double[command.equals("C") ? 6 : 2];
            for (int i = 0; i < numbers.length; i++) {
                numbers[i] = Double.parseDouble(words[at++]) + jitter * random.nextGaussian();
            }
            switch (command) {
                case "M" -> path.moveTo(numbers[0], numbers[1]);
                case "L" -> path.lineTo(numbers[0], numbers[1]);
                default -> path.curveTo(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
            }
        }
        return path;
    }
}
