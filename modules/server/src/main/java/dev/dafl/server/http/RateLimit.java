package dev.dafl.server.http;

import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * How often somebody may ask: so many times a second in the long run, and twice that at once. It is the generic cell rate
 * algorithm, a token bucket of which one time is kept: when the bucket will be full again.
 */
final class RateLimit {

    private static final long SECOND = 1_000_000_000L;
    private static final int BURST_SECONDS = 2;
    /** Nobody fills the memory with names of whom to remember: those who come when there are so many share one bucket. */
    private static final int MOST_REMEMBERED = 10_000;

    private static final String OTHERS = "";

    private final int perSecond;
    private final long interval;
    private final LongSupplier nanos;
    private final ConcurrentHashMap<String, Long> fullAgain = new ConcurrentHashMap<>();

    /**
     * @param perSecond from 1
     * @param nanos the time, which never goes back
     */
    RateLimit(int perSecond, LongSupplier nanos) {
        this.perSecond = perSecond;
        this.interval = SECOND / perSecond;
        this.nanos = nanos;
    }

    int perSecond() {
        return perSecond;
    }

    /**
     * Takes one.
     *
     * @param who is asking, not empty
     * @return empty where it may go on; else how many seconds to wait, from 1
     */
    OptionalLong take(String who) {
        long now = nanos.getAsLong();
        String key = remembered(who, now) ? who : OTHERS;
        long[] wait = {0};
        fullAgain.compute(key, (_, full) -> {
            long before = full == null || full - now < 0 ? now : full;
            // Full is so many seconds' worth; one more must fit in.
            wait[0] = before + interval - now - BURST_SECONDS * SECOND;
            return wait[0] > 0 ? Long.valueOf(before) : Long.valueOf(before + interval);
        });
        return wait[0] > 0 ? OptionalLong.of((wait[0] + SECOND - 1) / SECOND) : OptionalLong.empty();
    }

    private boolean remembered(String who, long now) {
        if (fullAgain.size() < MOST_REMEMBERED || fullAgain.containsKey(who)) {
            return true;
        }
        fullAgain.values().removeIf(full -> full - now <= 0);
        return fullAgain.size() < MOST_REMEMBERED;
    }
}
