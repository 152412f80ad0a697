package dev.dafl.host.slurm;

import dev.dafl.engine.config.JsonFile;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which jobs were submitted for which runs, as a file says it, so that another program finds them.
 *
 * @param jobs in the order of their submission; the last of a run counts
 */
record JobBook(List<Job> jobs) {

    private static final String FILE = "jobs.json";

    /**
     * A task of an array.
     *
     * @param run its name
     * @param array number of the job
     * @param task number in the array
     * @param script file name of what was submitted
     */
    record Job(String run, String array, int task, String script) {

        /** As Slurm has it. */
        String id() {
            return array + "_" + task;
        }

        Path log(Path home) {
            return Artefact.jobs(home).resolve(id() + ".log");
        }

        Path events(Path home) {
            return Artefact.jobs(home).resolve(id() + ".events");
        }
    }

    JobBook {
        jobs = List.copyOf(jobs);
    }

    /** @param home for which they were submitted; it may have none */
    static JobBook read(Path home) throws IOException {
        return JsonFile.read(Artefact.jobs(home).resolve(FILE), JobBook.class).orElse(new JobBook(List.of()));
    }

    JobBook with(List<Job> more) {
        List<Job> all = new ArrayList<>(jobs);
        all.addAll(more);
        return new JobBook(all);
    }

    void write(Path home) throws IOException {
        Files.createDirectories(Artefact.jobs(home));
        WholeFile.write(Artefact.jobs(home).resolve(FILE), ResultJson.of(this) + System.lineSeparator());
    }

    /** The newest job of a run. */
    Optional<Job> of(String run) {
        return jobs.reversed().stream().filter(job -> job.run().equals(run)).findFirst();
    }
}
