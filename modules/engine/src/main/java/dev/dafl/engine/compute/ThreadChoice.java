package dev.dafl.engine.compute;

import dev.dafl.tensor.Device;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * How many threads a run takes whose file leaves it open. The threads of an operator wait for the last of them. Where other
 * programs keep the cores busy that one often has no core for some milliseconds, and one thread alone is as fast or faster.
 * So it is measured, by the clock. It holds for the whole run, whose bits follow from it.
 *
 * @param threads at least 1
 * @param why as a part of a sentence
 */
public record ThreadChoice(int threads, String why) {

    /** How much faster twice as many threads must be where the cores were free. */
    private static final double WORTH = 1.1;

    /** The same where other programs took more than a quarter of them: what is measured then changes from second to second. */
    private static final double WORTH_BESIDE_OTHERS = 1.4;

    /** So many rounds are enough when all say the same. */
    private static final int ENOUGH = 3;

    private static final int MOST_ROUNDS = 15;
    /** After which no further round begins. */
    private static final double MOST_SECONDS = 2;

    /** Takes some tenths of a second, beside other programs a few seconds, and leaves libtorch with any number of threads. */
    public static ThreadChoice measured(Compute compute) {
        int most = most(Optional.ofNullable(System.getenv("OMP_NUM_THREADS")));
        if (compute.device().type() != Device.Type.CPU) {
            return new ThreadChoice(most, "the CPU has little to do");
        }
        try (ThreadProbe probe = new ThreadProbe(compute)) {
            return of(most, probe::seconds, new OtherPrograms()::cores);
        }
    }

    /**
     * As many as there are cores, or as the user allows.
     *
     * @param allowed what OpenMP's own variable says; what is not one number counts as nothing
     */
    static int most(Optional<String> allowed) {
        return allowed.filter(text -> text.matches("[1-9]\\d{0,3}"))
                .map(Integer::valueOf)
                .orElseGet(Runtime.getRuntime()::availableProcessors);
    }

    /**
     * @param most threads
     * @param seconds by the clock that one piece of work takes with so many threads
     * @param others cores that other programs have had, on average, since the measurement began
     */
    static ThreadChoice of(int most, IntToDoubleFunction seconds, DoubleSupplier others) {
        if (most == 1) {
            return new ThreadChoice(1, "there is one core for it");
        }
        int[] counts = counts(most);
        double[] totals = new double[counts.length];
        once(counts, seconds); // warms up
        Set<Integer> winners = new HashSet<>();
        double worth = WORTH;
        for (int round = 0; round < MOST_ROUNDS && Arrays.stream(totals).sum() < MOST_SECONDS; round++) {
            double[] times = once(counts, seconds);
            Arrays.setAll(totals, i -> totals[i] + times[i]);
            worth = isBusy(others, most) ? WORTH_BESIDE_OTHERS : WORTH;
            winners.add(fastest(times, worth));
            if (winners.size() == 1 && round + 1 == ENOUGH) {
                break;
            }
        }
        int chosen = fastest(totals, worth);
        int shown = chosen == 0 ? counts.length - 1 : chosen;
        String why = String.format(
                Locale.ROOT, "%d threads take %.2f of the time of 1", counts[shown], totals[shown] / totals[0]);
        return new ThreadChoice(
                counts[chosen],
                isBusy(others, most)
                        ? why + String.format(Locale.ROOT, " beside programs on %.1f cores", others.getAsDouble())
                        : why);
    }

    private static boolean isBusy(DoubleSupplier others, int most) {
        return others.getAsDouble() > most / 4.0;
    }

    /** 1, and the most with its halves, in order. */
    private static int[] counts(int most) {
        return IntStream.concat(IntStream.of(1), IntStream.iterate(most, n -> n > 1, n -> n / 2))
                .sorted()
                .toArray();
    }

    /** In turn, so that what else the machine does hits all. */
    private static double[] once(int[] counts, IntToDoubleFunction seconds) {
        return Arrays.stream(counts).mapToDouble(seconds::applyAsDouble).toArray();
    }

    /** The place of the fewest threads that no greater number beats by so much. */
    private static int fastest(double[] times, double worth) {
        int best = 0;
        for (int i = 1; i < times.length; i++) {
            if (times[i] * worth < times[best]) {
                best = i;
            }
        }
        return best;
    }
}
