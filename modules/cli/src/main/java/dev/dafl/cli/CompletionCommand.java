package dev.dafl.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description =
                "Prints a script by which a shell completes commands and options: source <(dafl completion bash).")
final class CompletionCommand implements Callable<Integer> {

    /** The shells that know what to do with it. */
    enum Kind {
        BASH,
        ZSH
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    @SuppressWarnings("UnusedVariable") // one script serves both, and people name theirs
    private Kind shell;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        out.print(AutoComplete.bash("dafl", spec.root().commandLine()));
        out.flush();
        return 0;
    }
}
