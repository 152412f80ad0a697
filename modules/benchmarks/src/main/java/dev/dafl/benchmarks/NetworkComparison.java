package dev.dafl.benchmarks;

import dev.dafl.engine.tools.NetworkBenchmark.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Times what is done with a network side by side, in {@link Rounds}. PyTorch's script knows wide residual networks; others are timed
 * alone.
 *
 * @param python with torch, to time PyTorch eager, in both memory formats, and {@code torch.compile}; ours alone where it is empty
 * @param child the command of a process that times {@code --networks}, {@code --work}, {@code --batch} and {@code --precision} alone
 * @param rounds at least 1
 * @param steps timed in each round
 * @param warmUp steps before them
 */
public record NetworkComparison(
        Optional<Path> python, List<String> child, int rounds, int steps, int warmUp, int threads, String device) {

    /** Compares one kind of work, each of ours and PyTorch's in the given precisions. */
    public List<Rounds.Row> at(NamedNetwork network, Work work, int batch, List<String> precisions)
            throws IOException, InterruptedException {
        try (PythonScript script = PythonScript.of("eager_network.py")) {
            List<Contestant> all = new ArrayList<>();
            for (String precision : precisions) {
                all.add(Contestant.ours(
                        child,
                        batch,
                        precision,
                        steps,
                        device,
                        "--networks",
                        network.toString(),
                        "--work",
                        work.toString()));
            }
            if (python.isPresent() && network.name().equals(NamedNetwork.WIDE_RESNET)) {
                for (String precision : precisions) {
                    for (String way : List.of("NCHW", "channels-last", "compiled")) {
                        all.add(peer(python.get(), script.path(), network, work, batch, precision, way));
                    }
                }
            }
            return new Rounds(rounds).of(all);
        }
    }

    private Contestant peer(
            Path python, Path script, NamedNetwork network, Work work, int batch, String precision, String way) {
        return new Contestant(
                String.format(Locale.ROOT, "PyTorch %s %s", precision, way),
                false,
                List.of(
                        python.toString(),
                        script.toString(),
                        network.option("depth"),
                        network.option("width"),
                        work.toString(),
                        precision,
                        Integer.toString(batch),
                        way,
                        Integer.toString(warmUp),
                        Integer.toString(steps),
                        Integer.toString(threads),
                        device));
    }
}
