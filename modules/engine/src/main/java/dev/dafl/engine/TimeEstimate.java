package dev.dafl.engine;

import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.training.Pace;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * About how long a run takes on this machine as it is now, besides its measurements and checkpoints: a few steps of each training
 * were taken, with networks of which nothing stays.
 *
 * @param teacher its training
 * @param student the distillation, where there is one
 */
public record TimeEstimate(Phase teacher, Optional<Phase> student) {

    /**
     * One of the two.
     *
     * @param steps that are to be taken
     * @param seconds of all of them; empty where the first ones take too long to be measured
     * @param from what the network comes from where it is not trained, in words; empty where it is
     */
    public record Phase(long steps, Optional<Double> seconds, Optional<String> from) {

        static Phase there(String from) {
            return new Phase(0, Optional.of(0.0), Optional.of(from));
        }

        /** @param pace empty where it could not be found */
        static Phase of(Schedule schedule, Optional<Pace> pace) {
            return new Phase(schedule.length(), pace.map(known -> known.of(schedule)), Optional.empty());
        }
    }

    /** Seconds of the whole run; empty where those of a part of it are not known. */
    public Optional<Double> seconds() {
        return Stream.concat(Stream.of(teacher), student.stream())
                .map(Phase::seconds)
                .reduce(Optional.of(0.0), (all, one) -> all.flatMap(so -> one.map(more -> so + more)));
    }
}
