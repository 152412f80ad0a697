package dev.dafl.engine.tracking;

import dev.dafl.engine.run.StepValues;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lets values pass that are of a curve's next step. A resumed run tells again what its killed process has told, and the last
 * measurement of a student is of the step at which it was kept, long after others: neither may lead a curve back.
 *
 * @param last steps that have passed, by kind; step 0 is of the whole phase
 */
record Onwards(Map<String, Long> last) {

    private static final long NONE = -1;

    Onwards {
        last = new TreeMap<>(last);
    }

    /** Whether they are behind all of their kind and not behind the training's last; those that pass do so once. */
    boolean passes(StepValues values) {
        long step = values.step();
        long trained = last.getOrDefault(values.phase().name(), NONE);
        boolean passes = step > last.getOrDefault(values.kind(), NONE) && (step == 0 || step >= trained);
        if (passes) {
            last.put(values.kind(), step);
        }
        return passes;
    }
}
