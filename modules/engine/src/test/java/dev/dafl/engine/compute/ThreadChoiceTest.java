package dev.dafl.engine.compute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.libtorch.ThreadModes;
import dev.dafl.tensor.Device;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class ThreadChoiceTest {

    private final List<Integer> asked = new ArrayList<>();

    @Test
    void freeCoresAreTakenAfterFewRounds() {
        assertEquals(
                new ThreadChoice(2, "2 threads take 0.60 of the time of 1"),
                choice(2, 0.1, threads -> threads == 1 ? 0.050 : 0.030));
        assertEquals(List.of(1, 2, 1, 2, 1, 2, 1, 2), asked);
    }

    @Test
    void coresThatOtherProgramsHaveAreNot() {
        assertEquals(
                new ThreadChoice(1, "2 threads take 1.50 of the time of 1 beside programs on 2.3 cores"),
                choice(2, 2.3, threads -> threads == 1 ? 0.060 : 0.090));
    }

    @Test
    void whatIsHardlyFasterIsNotTaken() {
        assertEquals(
                new ThreadChoice(1, "2 threads take 0.95 of the time of 1"),
                choice(2, 0, threads -> threads == 1 ? 0.100 : 0.095));
    }

    @Test
    void besideOtherProgramsALuckyMeasurementIsNotEnough() {
        assertEquals(2, choice(2, 0.3, threads -> threads == 1 ? 0.100 : 0.075).threads());
        assertEquals(1, choice(2, 1.5, threads -> threads == 1 ? 0.100 : 0.075).threads());
    }

    @Test
    void whatIsFasterAllTheSameIsTaken() {
        assertEquals(
                new ThreadChoice(2, "2 threads take 0.60 of the time of 1 beside programs on 1.0 cores"),
                choice(2, 1, threads -> threads == 1 ? 0.050 : 0.030));
    }

    @Test
    void someCoresOfManyAreTaken() {
        assertEquals(
                new ThreadChoice(4, "4 threads take 0.30 of the time of 1"),
                choice(8, 1, threads -> threads == 8 ? 0.100 : threads == 4 ? 0.030 : 0.100 / threads));
        assertEquals(List.of(1, 2, 4, 8), asked.subList(0, 4));
    }

    @Test
    void roundsThatContradictEachOtherAreAdded() {
        // 2 threads are faster in two rounds of three, and lose in the third more than they gain.
        assertEquals(
                1,
                choice(2, 2, threads -> {
                            int round = (asked.size() - 1) / 2;
                            return threads == 1 ? 0.050 : round % 3 == 0 ? 0.200 : 0.030;
                        })
                        .threads());
        assertEquals(2 * 16, asked.size());
    }

    @Test
    void aBusyMachineIsNotMeasuredForLong() {
        choice(2, 9, threads -> threads == 1 ? 0.9 : 3.0);
        assertEquals(List.of(1, 2, 1, 2), asked);
    }

    @Test
    void oneCoreNeedsNoMeasurement() {
        assertEquals(1, choice(1, 0, threads -> 1).threads());
        assertEquals(List.of(), asked);
    }

    @Test
    void openMpsOwnVariableIsTheMost() {
        int cores = Runtime.getRuntime().availableProcessors();
        assertEquals(3, ThreadChoice.most(Optional.of("3")));
        assertEquals(cores, ThreadChoice.most(Optional.empty()));
        assertEquals(cores, ThreadChoice.most(Optional.of("4,2")));
        assertEquals(cores, ThreadChoice.most(Optional.of("0")));
    }

    @Test
    void aPieceOfWorkIsTimedWithTheThreadsItIsGiven() {
        int before = ThreadModes.threads();
        try {
            for (boolean bf16 : new boolean[] {false, true}) {
                try (ThreadProbe probe = new ThreadProbe(new Compute(Device.CPU, bf16))) {
                    assertTrue(probe.seconds(2) > 0);
                    assertEquals(2, ThreadModes.threads());
                    assertTrue(probe.seconds(1) > 0);
                    assertEquals(1, ThreadModes.threads());
                }
            }
        } finally {
            ThreadModes.setThreads(before);
        }
    }

    private ThreadChoice choice(int most, double others, IntToDoubleFunction seconds) {
        return ThreadChoice.of(
                most,
                threads -> {
                    asked.add(threads);
                    return seconds.applyAsDouble(threads);
                },
                () -> others);
    }

    @Test
    void whatCoresDidIsReadFromTheSystem() {
        assertEquals(
                (100 + 20 + 30 + 6 + 7 + 8) / 100.0,
                OtherPrograms.busySeconds("cpu  100 20 30 4000 500 6 7 8 9 10\ncpu0 1 1 1 1"));
        assertEquals(0, OtherPrograms.busySeconds(""));
        assertTrue(new OtherPrograms().cores() >= 0);
    }
}
