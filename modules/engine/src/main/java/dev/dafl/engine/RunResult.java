package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.training.PluginIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@code result.json} holds.
 *
 * @param name of the experiment
 * @param status how it ended
 * @param message why, where it did not complete
 * @param teacher measured on the test data
 * @param student measured on the test data; empty where none was trained
 * @param recovered dead generators that were replaced
 * @param seconds how long things took
 * @param dafl which dafl
 * @param plugins whose code took part
 * @param libtorch what computed
 * @param machine that it ran on
 * @param seed from which everything random follows
 * @param device where
 * @param precision in which number format
 * @param threads of the CPU
 * @param config as it was run, with everything chosen
 */
public record RunResult(
        String name,
        Status status,
        Optional<String> message,
        Optional<Teacher> teacher,
        Optional<Student> student,
        List<Recovered> recovered,
        Seconds seconds,
        Dafl dafl,
        List<PluginIdentity> plugins,
        Libtorch libtorch,
        Machine machine,
        long seed,
        String device,
        String precision,
        int threads,
        ExperimentConfig config) {

    /** The result in a run folder. */
    static RunResult read(Path folder) throws IOException {
        return ResultJson.read(Artefact.RESULT.in(folder), RunResult.class);
    }

    /** How a run ended. */
    public enum Status {
        COMPLETED,
        INTERRUPTED,
        FAILED
    }

    /**
     * @param accuracy 0 to 1, on the test data
     * @param parameters trainable numbers
     * @param reused whether it came from a file or the cache
     */
    public record Teacher(String model, double accuracy, long parameters, boolean reused) {}

    /**
     * @param accuracy 0 to 1, on the test data, of the student that is kept
     * @param step after which it was kept
     * @param agreement with the teacher on generated images, by which it was chosen
     * @param lastAccuracy of the student after the last step
     * @param parameters trainable numbers
     * @param steps of the distillation that were done
     */
    public record Student(
            String model,
            double accuracy,
            long step,
            double agreement,
            double lastAccuracy,
            long parameters,
            long steps) {}

    /** A dead generator. */
    public record Recovered(long step, long backTo, String reason, double rateFactor) {}

    /**
     * @param total from the beginning of the run to its end
     * @param teacher training or loading it
     * @param distillation all steps
     */
    public record Seconds(double total, double teacher, double distillation) {}

    /**
     * Which dafl.
     *
     * @param commit that it was built from; {@code unknown} where that was not in a git repository
     */
    public record Dafl(String version, String commit) {}

    /** Which libtorch. */
    public record Libtorch(String version, String folder) {}

    /**
     * @param processor its name
     * @param processors how many of them the program may use
     * @param system the operating system and its architecture
     */
    public record Machine(String processor, int processors, String system) {}
}
