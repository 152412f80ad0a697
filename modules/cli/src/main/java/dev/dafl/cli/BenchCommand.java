package dev.dafl.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "bench",
        description = "Measures operators, whole steps, memory, thread counts and ranks on this machine.",
        subcommands = {
            BenchOpsCommand.class,
            BenchStepCommand.class,
            BenchMemoryCommand.class,
            BenchThreadsCommand.class,
            BenchScalingCommand.class
        })
final class BenchCommand implements Runnable {

    @ParentCommand
    private DaflCommand dafl;

    @Spec
    private CommandSpec spec;

    DaflCommand dafl() {
        return dafl;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is missing: ops, step, memory, threads or scaling");
    }
}
