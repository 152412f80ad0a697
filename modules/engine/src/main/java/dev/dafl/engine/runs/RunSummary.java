package dev.dafl.engine.runs;

import dev.dafl.engine.SavedRun;
import dev.dafl.engine.SavedRun.State;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.files.DiskUse;
import dev.dafl.engine.run.RunResult;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A run folder in a line.
 *
 * @param folder of the run
 * @param name of the experiment; empty where it is damaged
 * @param state how far it has come; empty where it is damaged
 * @param teacher accuracy, 0 to 1
 * @param student accuracy, 0 to 1
 * @param agreement of the student with the teacher on fresh images, 0 to 1
 * @param written when the run wrote last
 * @param bytes on the disk
 * @param problem why it cannot be read, in a sentence
 */
public record RunSummary(
        String folder,
        Optional<String> name,
        Optional<State> state,
        OptionalDouble teacher,
        OptionalDouble student,
        OptionalDouble agreement,
        Instant written,
        long bytes,
        Optional<String> problem) {

    /**
     * Looks at a folder; a damaged run is told of in the summary.
     *
     * @throws IOException when the folder is not there any more
     */
    static RunSummary of(Path folder) throws IOException {
        DiskUse use = DiskUse.of(folder);
        try {
            SavedRun run = SavedRun.in(folder);
            Optional<RunResult> result = run.result();
            return new RunSummary(
                    folder.toString(),
                    Optional.of(run.config().name()),
                    Optional.of(run.state()),
                    result.flatMap(RunResult::teacher).flatMap(RunResult.Teacher::accuracy).stream()
                            .mapToDouble(Double::doubleValue)
                            .findFirst(),
                    result.flatMap(RunResult::student).flatMap(RunResult.Student::accuracy).stream()
                            .mapToDouble(Double::doubleValue)
                            .findFirst(),
                    result.flatMap(RunResult::student).flatMap(RunResult.Student::freshAgreement).stream()
                            .mapToDouble(Double::doubleValue)
                            .findFirst(),
                    use.written(),
                    use.bytes(),
                    Optional.empty());
        } catch (ConfigException e) {
            return damaged(folder, use, e.getMessage());
        } catch (IOException e) {
            return damaged(folder, use, Reason.of(e));
        }
    }

    private static RunSummary damaged(Path folder, DiskUse use, String problem) {
        return new RunSummary(
                folder.toString(),
                Optional.empty(),
                Optional.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                use.written(),
                use.bytes(),
                Optional.of(problem));
    }
}
