package dev.dafl.spi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Hears what a run tells, from its beginning to its end, and never acts on it: its bits are the same whoever listens. All is
 * heard on the run's thread and in order, so that a listener that takes long has a thread of its own.
 *
 * <p>What is not overridden is passed over. A listener that throws is told of once, with its name, and hears nothing more; the
 * run goes on. A killed process ends without a word: what shall be left of it is written at once.
 */
public interface Listener extends AutoCloseable {

    /** A part of a run. Each counts its own steps. */
    enum Phase {
        TEACHER,
        DISTILLATION
    }

    /**
     * What there is to know of a run before it is heard.
     *
     * @param name of the experiment
     * @param configuration in YAML, all that was left out decided: running it again gives the same bits
     * @param folder of the run: a listener reads there
     * @param own the one folder in it that the listener may write files to, and is to make before it does; it is removed with the
     *     run
     * @param continued where an earlier process of this run has begun it: from where this one goes on, telling again all that the
     *     other has told behind that; empty for a run that begins
     */
    record Start(String name, String configuration, Path folder, Path own, Optional<Place> continued) {}

    /**
     * A place in a run.
     *
     * @param phase that it is in; those before it are done
     * @param step of the phase that was done last; 0 before the first
     */
    record Place(Phase phase, long step) {}

    /**
     * Numbers of a step.
     *
     * @param step from 1
     * @param steps that the phase has
     * @param seconds since the beginning of the run
     * @param values by their names, which are those of {@code metrics.jsonl}, such as {@code loss/one-hot}; may be no numbers at
     *     all where training went wrong
     */
    record Numbers(Phase phase, long step, long steps, double seconds, Map<String, Double> values) {

        public Numbers {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    /**
     * A measurement: of a network on the test images, or of how far it agrees with the teacher on images that are made.
     *
     * @param phase whose steps are counted
     * @param step at which the network was as it was measured, which may be long before the last; 0 for the whole phase
     * @param seconds since the beginning of the run
     * @param name of the number, such as {@code accuracy/student}
     * @param value from 0 to 1
     */
    record Evaluation(Phase phase, long step, double seconds, String name, double value) {}

    /**
     * A picture that was written.
     *
     * @param name such as {@code generated}
     * @param step of the distillation that was done last
     * @param file a PNG in the run's folder
     */
    record Picture(String name, long step, Path file) {}

    /** How a run has ended. */
    enum Outcome {
        DONE,
        FAILED,
        /** It can be gone on with. */
        INTERRUPTED
    }

    /**
     * The end of a run, whose folder is whole.
     *
     * @param reason in a sentence, where it is not done
     * @param phase that was the last
     * @param step of it that was done last; 0 where that is not known
     * @param seconds that the run took
     * @param values what it came to, such as {@code result/student-accuracy}
     * @param summary the same in words, as a table in Markdown
     */
    record End(
            Outcome outcome,
            Optional<String> reason,
            Phase phase,
            long step,
            double seconds,
            Map<String, Double> values,
            String summary) {

        public End {
            values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        }
    }

    default void numbers(Numbers numbers) throws IOException {}

    default void evaluated(Evaluation evaluation) throws IOException {}

    default void pictured(Picture picture) throws IOException {}

    default void ended(End end) throws IOException {}

    /** Frees what it has; the last call, also where there was no {@link #ended end} or it has thrown before. */
    @Override
    default void close() throws IOException {}
}
