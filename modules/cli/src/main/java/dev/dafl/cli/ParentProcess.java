package dev.dafl.cli;

import dev.dafl.engine.run.RunControl;
import dev.dafl.host.Interruption;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The process that started a run, after whose end nobody wants it any more. */
final class ParentProcess {

    /** Ends a run when its standard input does. */
    static final String UNTIL_EOF = "--until-eof";

    @Option(names = "--parent", paramLabel = "PID", hidden = true)
    private Optional<Long> parent;

    /** For a parent that may want to end it before it ends itself. */
    @Option(names = UNTIL_EOF, hidden = true)
    private boolean untilEof;

    /** Lets the run end when the parent does, or closes what it reads; at once where that has ended already. */
    void endsWith(Interruption interruption, RunControl control) {
        parent.ifPresent(pid -> ProcessHandle.of(pid).ifPresentOrElse(interruption::endWith, control::cancel));
        if (untilEof) {
            Thread.ofPlatform().daemon().name("dafl-input").start(() -> {
                try {
                    System.in.transferTo(OutputStream.nullOutputStream());
                } catch (IOException _) {
                    // As if it had ended.
                }
                control.cancel();
            });
        }
    }
}
