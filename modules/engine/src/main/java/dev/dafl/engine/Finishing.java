package dev.dafl.engine;

import java.io.IOException;

/** Work that is finished, once, also where it fails: what was reached is saved, and no failure hides another. */
final class Finishing {

    private Finishing() {}

    /** What may fail. */
    @FunctionalInterface
    interface Work {

        void run() throws IOException;
    }

    /** What is done after it, whatever happened. */
    @FunctionalInterface
    interface End<T> {

        T run() throws IOException;
    }

    /**
     * Works and finishes.
     *
     * @return what the end gives, where the work did not fail; a failure of the end is a suppressed one of the work's
     */
    static <T> T after(Work work, End<T> end) throws IOException {
        try {
            work.run();
        } catch (IOException | RuntimeException | Error e) {
            try {
                end.run();
            } catch (IOException | RuntimeException | Error late) {
                e.addSuppressed(late);
            }
            throw e;
        }
        return end.run();
    }
}
