package dev.dafl.cli;

import dev.dafl.engine.TimeEstimate;
import dev.dafl.engine.TimeEstimate.Phase;
import java.util.Locale;

/** For people, how long a run takes. */
final class RunTimes {

    private RunTimes() {}

    /** Such as {@code a run takes about 5:32 min: the teacher 1:10 min for 2,115 steps, ...}. */
    static String words(TimeEstimate time) {
        return time.seconds()
                        .map(seconds -> "a run takes about " + Durations.words(seconds))
                        .orElse("a run takes longer than a few steps can tell")
                + ": the teacher " + words(time.teacher())
                + time.student()
                        .map(student -> ", the student " + words(student))
                        .orElse("")
                + "; measured on this machine now";
    }

    private static String words(Phase phase) {
        if (phase.from().isPresent()) {
            return "nothing, since it is there (" + phase.from().get() + ")";
        }
        String steps = String.format(Locale.ROOT, "%,d %s", phase.steps(), phase.steps() == 1 ? "step" : "steps");
        return phase.seconds()
                .map(seconds -> "about " + Durations.words(seconds) + " for " + steps)
                .orElse("an unknown time for " + steps + ", whose first ones take too long to be measured");
    }
}
