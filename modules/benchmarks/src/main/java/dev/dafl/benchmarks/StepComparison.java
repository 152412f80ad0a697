package dev.dafl.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Times whole steps of DAFL side by side, in {@link Rounds}.
 *
 * @param python with torch, to time PyTorch's step; ours alone where it is empty
 * @param child the command of a process that times {@code --batch} and {@code --precision} alone
 * @param rounds at least 1
 * @param steps timed in each round
 * @param warmUp steps before them
 */
public record StepComparison(
        Optional<Path> python, List<String> child, int rounds, int steps, int warmUp, String device) {

    /** Compares at one batch size, each of ours and PyTorch's in the given precisions. */
    public List<Rounds.Row> at(int batch, List<String> precisions) throws IOException, InterruptedException {
        try (PythonScript script = PythonScript.of("eager_step.py")) {
            return new Rounds(rounds).of(contestants(batch, precisions, script.path()));
        }
    }

    private List<Contestant> contestants(int batch, List<String> precisions, Path script) {
        List<Contestant> all = new ArrayList<>();
        for (String precision : precisions) {
            all.add(Contestant.ours(child, batch, precision, steps, device));
        }
        python.ifPresent(path -> precisions.forEach(precision -> {
            for (String format : List.of("contiguous", "channels_last")) {
                all.add(new Contestant(
                        String.format(
                                Locale.ROOT,
                                "PyTorch %s %s",
                                precision,
                                format.equals("contiguous") ? "NCHW" : "channels-last"),
                        false,
                        List.of(
                                path.toString(),
                                script.toString(),
                                precision,
                                Integer.toString(batch),
                                format,
                                Integer.toString(warmUp),
                                Integer.toString(steps),
                                device)));
            }
        }));
        return all;
    }
}
