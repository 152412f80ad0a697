package dev.dafl.cli;

import dev.dafl.host.Interruption;
import picocli.CommandLine.Option;

/** That this process is the job of a run, which a launcher has submitted and may start again where it ended. */
final class JobProcess {

    @Option(names = "--job", hidden = true)
    private boolean job;

    /** Whether it is: it runs here whatever the file says, and goes on with what was begun. */
    boolean is() {
        return job;
    }

    /** Lets it save what it has, however often it is told to end. */
    void hears(Interruption interruption) {
        if (job) {
            interruption.endOnlyByItself();
        }
    }
}
