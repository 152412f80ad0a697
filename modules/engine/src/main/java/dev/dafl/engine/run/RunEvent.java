package dev.dafl.engine.run;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** What happens in a run, in order. Progress displays, metric files and servers are made of these. */
public sealed interface RunEvent {

    /**
     * What the run computes on.
     *
     * @param libtorch its version
     * @param device such as {@code cpu}
     * @param precision {@code fp32} or {@code bf16}
     * @param threads of the CPU
     * @param why how device, precision and threads were chosen
     */
    record Environment(String libtorch, String device, String precision, int threads, String why) implements RunEvent {}

    /** @param total bytes, or -1 where it is not known */
    record Downloading(URI from, long bytes, long total) implements RunEvent {}

    /**
     * Images are read that are kept for later runs.
     *
     * @param what in a word or two
     * @param done of {@code total} images
     */
    record Reading(String what, long done, long total) implements RunEvent {}

    /**
     * The data are at hand.
     *
     * @param train images to train on
     * @param test images to measure on
     */
    record DataLoaded(String dataset, long train, long test, double seconds) implements RunEvent {}

    /**
     * What goes on from now on, of which no steps are counted.
     *
     * @param what in words, such as {@code measuring the teacher}
     */
    record Doing(String what) implements RunEvent {}

    /** The run folder is there. */
    record FolderCreated(Path folder) implements RunEvent {}

    /** An earlier process of this run ended before its time; it goes on after {@code step} steps of a phase. */
    record Resumed(Path folder, Phase phase, long step) implements RunEvent {}

    /**
     * What the experiment had left open.
     *
     * @param what was decided, such as {@code 412 rounds of 97 steps}
     * @param why in words
     */
    record Decided(String what, String why) implements RunEvent {}

    /** Something that need not be a mistake, in a sentence. */
    record Warning(String text) implements RunEvent {}

    /** The state of the run is on the disk; {@code dafl resume} goes on from there. */
    record Checkpointed(Path folder, long step) implements RunEvent {}

    /**
     * The teacher was trained before.
     *
     * @param from its file, or the network that is one, in words
     */
    record TeacherReused(String from) implements RunEvent {}

    /** Which training. */
    enum Phase {
        TEACHER,
        DISTILLATION
    }

    /**
     * @param step done so far, of {@code steps}
     * @param metrics of that step
     */
    record Progress(Phase phase, long step, long steps, List<Metric> metrics) implements RunEvent {}

    /**
     * A measurement on the test data.
     *
     * @param network teacher or student
     * @param step of the distillation, 0 for the teacher
     * @param accuracy 0 to 1
     */
    record Evaluated(String network, long step, double accuracy) implements RunEvent {}

    /** The student is the best so far, by its agreement (0 to 1) with the teacher on generated images. */
    record Selected(long step, double agreement) implements RunEvent {}

    /**
     * The generator had died; that of step {@code backTo} is back, with its rate times {@code rateFactor} from now on. Steps
     * count from 1; 0 is before the first.
     */
    record Recovered(long step, long backTo, String reason, double rateFactor) implements RunEvent {}

    /**
     * A fresh generator has taken the place of the one before, as the configuration says.
     *
     * @param step that is its first, from 1
     * @param generator its number; that with which the run began is 0
     */
    record Restarted(long step, long generator) implements RunEvent {}

    /**
     * A picture was written.
     *
     * @param name such as {@code generated}
     * @param step of the distillation that was done last
     */
    record Pictured(String name, long step, Path file) implements RunEvent {}

    /** The run could not be done, for a reason in a sentence; told by a process whose run leaves no result. */
    record Failed(String reason) implements RunEvent {}

    /** The run is over, one way or another, and the folder is whole. */
    record Finished(RunResult result, Path folder) implements RunEvent {}
}
