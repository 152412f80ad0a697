package dev.dafl.cli;

/** How long something goes on, told by one who may hear of it later than it happened. All times are in nanoseconds. */
final class Elapsed {

    private static final double SECOND = 1e9;

    private boolean begun;
    private long begin;
    /** When that was which was told last, and when that was told. */
    private long happened;

    private long told;

    /** @param now by the clock */
    Elapsed(long now) {
        this.told = now;
    }

    /** It begins, or begins anew, with what happened then. */
    void begin(long happened) {
        begun = true;
        begin = happened;
    }

    /**
     * Something is told.
     *
     * @param now by the clock
     */
    void told(long happened, long now) {
        if (!begun) {
            begin(happened);
        }
        this.happened = happened;
        this.told = now;
    }

    /** Seconds from the beginning to what was told last; 0 where nothing was. */
    double seconds() {
        return (happened - begin) / SECOND;
    }

    /** Seconds since something was told, or since this was made. */
    double silence(long now) {
        return (now - told) / SECOND;
    }
}
