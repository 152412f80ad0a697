package dev.dafl.cli;

import dev.dafl.engine.run.RunControl;
import dev.dafl.host.Interruption;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The process that started a run, after whose end nobody wants it any more. */
final class ParentProcess {

    @Option(names = "--parent", paramLabel = "PID", hidden = true)
    private Optional<Long> parent;

    /** Lets the run end when the parent does; at once where that has ended already. */
    void endsWith(Interruption interruption, RunControl control) {
        parent.ifPresent(pid -> ProcessHandle.of(pid).ifPresentOrElse(interruption::endWith, control::cancel));
    }
}
