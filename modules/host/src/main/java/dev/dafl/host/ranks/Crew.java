package dev.dafl.host.ranks;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.libtorch.GradientHooks;
import dev.dafl.libtorch.Libtorch;
import dev.dafl.tensor.MpiRanks;
import dev.dafl.tensor.Ranks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The processes that MPI has started to train one experiment: this one, seen with the others. Rank 0 writes the run folder and tells
 * the user; the others have a folder of their own for as long as the run lasts, and are silent.
 */
public final class Crew implements AutoCloseable {

    /** In which rank 0, which fails as well in most cases, can say what it has to say. */
    private static final long GRACE_SECONDS = 3;

    private final MpiRanks ranks;
    private final String host;

    private Crew(MpiRanks ranks) {
        this.ranks = ranks;
        this.host = hostName();
    }

    /**
     * Joins the others; once in a process. Empty where no MPI has started it, or has started it alone.
     *
     * @param environment of the process
     * @throws dev.dafl.mpi.MpiException when the MPI that has started it cannot be used
     */
    public static Optional<Crew> join(Map<String, String> environment) {
        if (MpiRanks.launcher(environment).isEmpty()) {
            return Optional.empty();
        }
        Libtorch.load();
        MpiRanks ranks = MpiRanks.start(environment);
        if (ranks.together()) {
            return Optional.of(new Crew(ranks));
        }
        ranks.close();
        return Optional.empty();
    }

    /** Whether this process tells the user. */
    public boolean tells() {
        return ranks.rank() == 0;
    }

    /** The processes, as they compute with each other. */
    public MpiRanks ranks() {
        return ranks;
    }

    /** The processes, in words. */
    public String text() {
        return ranks.size() + " ranks of " + ranks.version();
    }

    /** Work that each rank does for itself. */
    @FunctionalInterface
    public interface Work<T> {

        T done() throws IOException;
    }

    /**
     * Does what each does for itself.
     *
     * @param message of a failure, in a sentence
     * @throws CrewException in all, where it fails in any
     */
    public <T> T each(Work<T> work, Function<Throwable, String> message) {
        Optional<T> done = Optional.empty();
        String problem = "";
        try {
            done = Optional.of(work.done());
        } catch (IOException | RuntimeException e) {
            problem = message.apply(e);
        }
        List<String> problems = ranks.texts(problem);
        for (int rank = 0; rank < problems.size(); rank++) {
            if (!problems.get(rank).isEmpty()) {
                throw new CrewException(
                        rank == 0
                                ? problems.get(rank)
                                : "rank " + rank + " on " + ranks.texts(host).get(rank) + ": " + problems.get(rank));
            }
        }
        return done.orElseThrow();
    }

    /**
     * Checks that all ranks are about to do the same, and can.
     *
     * @param version of this program
     * @throws CrewException in all, where one differs from rank 0, or batches cannot be divided
     */
    public void requireSame(Experiment experiment, String version) {
        if (!GradientHooks.areAvailable()) {
            throw new CrewException("ranks add up gradients by hooks, which there are on x86-64 alone, and this is "
                    + System.getProperty("os.arch") + "; run it in one process");
        }
        requireSame("dafl", version);
        requireSame("libtorch", Libtorch.info().version());
        requireSame("plugins", String.valueOf(experiment.parts().identities()));
        requireSame("configuration", ExperimentFile.toYaml(experiment.config()));
        ExperimentConfig config = experiment.config();
        requireDivisible(
                "teacher.batch", config.teacher().batch(), config.data().isPresent());
        requireDivisible(
                "distillation.batch",
                config.distillation().batch(),
                config.student().isPresent());
        if (!config.device().matches("auto|cpu")) {
            throw new CrewException("several ranks train on the CPU alone, and device is " + config.device()
                    + "; set device: cpu, or run it in one process");
        }
    }

    private void requireSame(String what, String own) {
        List<String> all = ranks.texts(own);
        for (int rank = 1; rank < all.size(); rank++) {
            if (!all.get(rank).equals(all.getFirst())) {
                String where = ranks.texts(host).get(rank);
                throw new CrewException("rank " + rank + " on " + where + " has another " + what + " than rank 0: "
                        + Difference.of(all.getFirst(), all.get(rank))
                        + "; all ranks need the same program, plugins and configuration");
            }
        }
    }

    private void requireDivisible(String key, int batch, boolean used) {
        if (used && batch % ranks.size() != 0) {
            throw new CrewException(key + " is " + batch + ", which " + ranks.size()
                    + " ranks do not divide; take a multiple of " + ranks.size() + ", such as "
                    + Math.ceilDiv(batch, ranks.size()) * ranks.size() + ", or other ranks");
        }
    }

    /**
     * The part of a run that rank 0 does not see: the same steps, in a folder that is deleted in the end.
     *
     * @param begun the folder of the run, where it goes on
     */
    public RunResult follow(Experiment experiment, Optional<Path> begun, Path cache, RunControl control)
            throws IOException {
        Path own = Files.createTempDirectory("dafl-rank-" + ranks.rank() + "-");
        try {
            if (begun.isPresent()) {
                each(
                        () -> {
                            RunFolder.copyBegun(begun.get(), own);
                            return own;
                        },
                        Crew::sentence);
            }
            return experiment.run(of(experiment), () -> RunFolder.of(own), cache, control);
        } finally {
            delete(own);
        }
    }

    /** The part of a run that the user sees. */
    public RunResult lead(
            Experiment experiment,
            Experiment.FolderTarget target,
            Optional<Path> begun,
            Path cache,
            RunControl control,
            RunListener listener)
            throws IOException {
        if (begun.isPresent()) {
            // The others copy what they need of it before anything in it changes.
            each(begun::get, Crew::sentence);
        }
        return experiment.run(of(experiment), target, cache, control, listener);
    }

    private Ranks of(Experiment experiment) {
        return ranks.with(experiment.config().batchNorm().orElse(Ranks.BatchNorm.SYNC));
    }

    private static String sentence(Throwable e) {
        return String.valueOf(e.getMessage());
    }

    /**
     * Ends all processes after a failure that the others may not know of: they wait for this one, or have failed in the same way.
     *
     * @param say tells the user something, in a sentence
     */
    public void fail(String problem, int code, Consumer<String> say) {
        if (tells()) {
            say.accept(problem);
        } else {
            try {
                TimeUnit.SECONDS.sleep(GRACE_SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            say.accept("rank " + ranks.rank() + " on " + host + ": " + problem);
        }
        ranks.abort(code);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "an unknown host";
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    @Override
    public void close() {
        ranks.close();
    }
}
