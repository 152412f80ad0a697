package dev.dafl.engine.run;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.JsonFile;
import dev.dafl.engine.config.PluginIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * What {@code result.json} holds.
 *
 * @param name of the experiment
 * @param status how it ended
 * @param message why, where it did not complete
 * @param teacher measured on the test data, where there are such
 * @param student measured on the test data, where there are such; empty where none was trained
 * @param recovered dead generators that were replaced
 * @param seconds how long things took
 * @param peakMemoryBytes the most main memory that its process held at once, of several the largest; empty where the system does
 *     not say, and in results of versions that did not look
 * @param dafl which dafl
 * @param plugins whose code took part
 * @param libtorch what computed
 * @param machine that it ran on
 * @param seed from which everything random follows
 * @param device where
 * @param precision in which number format
 * @param threads of the CPU
 * @param ranks processes that trained it together; empty where it was one
 * @param command by which somebody began it; empty where it was not begun from a command line, and in results of versions that
 *     did not keep it
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
        Optional<Long> peakMemoryBytes,
        Dafl dafl,
        List<PluginIdentity> plugins,
        Libtorch libtorch,
        Machine machine,
        long seed,
        String device,
        String precision,
        int threads,
        Optional<Integer> ranks,
        Optional<String> command,
        ExperimentConfig config) {

    public RunResult {
        present(name, "name");
        present(status, "status");
        present(seconds, "seconds");
        present(dafl, "dafl");
        present(libtorch, "libtorch");
        present(machine, "machine");
        present(device, "device");
        present(precision, "precision");
        present(config, "config");
        message = message == null ? Optional.empty() : message;
        teacher = teacher == null ? Optional.empty() : teacher;
        student = student == null ? Optional.empty() : student;
        peakMemoryBytes = peakMemoryBytes == null ? Optional.empty() : peakMemoryBytes;
        ranks = ranks == null ? Optional.empty() : ranks;
        command = command == null ? Optional.empty() : command;
        recovered = recovered == null ? List.of() : List.copyOf(recovered);
        plugins = plugins == null ? List.of() : List.copyOf(plugins);
    }

    /**
     * The result of the run in a folder; empty where the run was killed, or goes on.
     *
     * @throws IOException when the file is damaged or not of this version
     */
    public static Optional<RunResult> read(Path folder) throws IOException {
        return JsonFile.read(Artefact.RESULT.in(folder), RunResult.class);
    }

    /** What it ran on and how. */
    public Environment environment() {
        return new Environment(machine, device, precision, threads, libtorch);
    }

    private static void present(Object value, String key) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
    }

    /** Machine and settings of a run, as in the result. */
    public record Environment(Machine machine, String device, String precision, int threads, Libtorch libtorch) {}

    /** How a run ended. */
    public enum Status {
        COMPLETED,
        INTERRUPTED,
        FAILED
    }

    /**
     * @param accuracy 0 to 1, on the test data; empty where there are none
     * @param parameters trainable numbers
     * @param reused whether it came from a file or the cache
     * @param multiplyAdds of one image; empty in results of versions that did not count
     */
    public record Teacher(
            String model, Optional<Double> accuracy, long parameters, boolean reused, Optional<Long> multiplyAdds) {

        public Teacher {
            accuracy = accuracy == null ? Optional.empty() : accuracy;
            multiplyAdds = multiplyAdds == null ? Optional.empty() : multiplyAdds;
        }
    }

    /**
     * @param accuracy 0 to 1, on the test data, of the student that is kept; empty where there are none
     * @param step after which it was kept
     * @param agreement with the teacher, 0 to 1, on the generated images by which it was chosen
     * @param freshAgreement with the teacher, 0 to 1, on images that it has not learnt from
     * @param lastAccuracy of the student after the last step; empty where there are no test data
     * @param parameters trainable numbers
     * @param steps of the distillation that were done
     * @param imagesMade images that were made for the student: all that a method has ever put into its store of images, or,
     *     where each batch is made anew, those of all its batches; images that a loss alone was asked about do not count, nor
     *     those that a replay shows again. Empty where the images come from a transfer set, and in results of versions that
     *     did not count
     * @param multiplyAdds of one image; empty in results of versions that did not count
     */
    public record Student(
            String model,
            Optional<Double> accuracy,
            long step,
            double agreement,
            Optional<Double> freshAgreement,
            Optional<Double> lastAccuracy,
            long parameters,
            long steps,
            Optional<Long> imagesMade,
            Optional<Long> multiplyAdds) {

        public Student {
            accuracy = accuracy == null ? Optional.empty() : accuracy;
            freshAgreement = freshAgreement == null ? Optional.empty() : freshAgreement;
            lastAccuracy = lastAccuracy == null ? Optional.empty() : lastAccuracy;
            imagesMade = imagesMade == null ? Optional.empty() : imagesMade;
            multiplyAdds = multiplyAdds == null ? Optional.empty() : multiplyAdds;
        }
    }

    /** A dead generator. */
    public record Recovered(long step, long backTo, String reason, double rateFactor) {}

    /**
     * @param total from the beginning of the run to its end
     * @param teacher training or loading it
     * @param distillation all steps
     * @param checkpoints writing the state of the run, which is in the others too
     */
    public record Seconds(double total, double teacher, double distillation, double checkpoints) {}

    /**
     * Which dafl.
     *
     * @param commit that it was built from; {@code unknown} where that was not in a git repository
     */
    public record Dafl(String version, String commit) {

        /** This one. */
        public static Dafl running() {
            Properties properties = new Properties();
            try (InputStream in = Dafl.class.getResourceAsStream("/dev/dafl/engine/version.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new IllegalStateException("version.properties cannot be read", e);
            }
            String commit = properties.getProperty("commit");
            return new Dafl(properties.getProperty("version"), commit.startsWith("$") ? "unknown" : commit);
        }
    }

    /** Which libtorch. */
    public record Libtorch(String version, String folder) {}

    /**
     * @param processor its name
     * @param processors how many of them the program may use
     * @param system the operating system and its architecture
     */
    public record Machine(String processor, int processors, String system) {}
}
