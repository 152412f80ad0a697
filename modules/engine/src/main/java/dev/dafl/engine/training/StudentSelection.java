package dev.dafl.engine.training;

import dev.dafl.tensor.nn.Network;

/**
 * Keeps the best student by a criterion that needs no data: how often it agrees with the teacher on generated images of
 * the whole run. The images come from healthy generators at different times, so a student that has only just learnt what
 * the last generator makes, or that was spoilt by a dying one, loses against one that agrees on all. Candidate and holder
 * are always compared on the same images.
 */
final class StudentSelection {

    private final Network student;
    private final Network kept;
    private final ImageBank bank;
    private long keptStep = -1;

    /**
     * @param kept of the student's architecture; gets the weights of the best
     * @param bank what both are compared on; stays the caller's
     */
    StudentSelection(Network student, Network kept, ImageBank bank) {
        this.student = student;
        this.kept = kept;
        this.bank = bank;
    }

    /** The step of the student that is kept, or -1 before the first. */
    long keptStep() {
        return keptStep;
    }

    /**
     * Keeps the student as it is now where it agrees with the teacher at least as often as the one that is kept.
     *
     * @return its agreement, 0 to 1, where it is kept; NaN where it is not
     */
    double consider(long step) {
        double candidate = bank.agreement(student);
        if (keptStep >= 0 && candidate < bank.agreement(kept)) {
            return Double.NaN;
        }
        kept.parameters().load(student.parameters().stateDict());
        keptStep = step;
        return candidate;
    }

    /** Agreement of the student that is kept, on the images there are now. */
    double keptAgreement() {
        return keptStep < 0 ? 0 : bank.agreement(kept);
    }
}
