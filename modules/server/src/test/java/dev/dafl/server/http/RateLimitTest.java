package dev.dafl.server.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {

    private static final long SECOND = 1_000_000_000L;

    /** It may be anything, also less than nothing. */
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - SECOND);

    private int taken(RateLimit limit, String who) {
        int count = 0;
        while (limit.take(who).isEmpty()) {
            count++;
        }
        return count;
    }

    @Test
    void twoSecondsWorthMayComeAtOnceAndThenSoManyASecond() {
        RateLimit limit = new RateLimit(10, now::get);
        assertEquals(20, taken(limit, "a"));
        assertEquals(OptionalLong.of(1), limit.take("a"));
        now.addAndGet(SECOND / 10 - 1);
        assertEquals(0, taken(limit, "a"));
        now.addAndGet(1);
        assertEquals(1, taken(limit, "a"));
        // Over the end of what a long can count.
        now.addAndGet(SECOND);
        assertEquals(10, taken(limit, "a"));
        now.addAndGet(100 * SECOND);
        assertEquals(20, taken(limit, "a"), "no more is saved up");
    }

    @Test
    void eachHasItsOwn() {
        RateLimit limit = new RateLimit(1, now::get);
        assertEquals(2, taken(limit, "a"));
        assertEquals(2, taken(limit, "b"));
        assertEquals(OptionalLong.of(1), limit.take("a"));
    }

    @Test
    void whoComesWhenTooManyAreRememberedSharesWithOthers() {
        RateLimit limit = new RateLimit(1, now::get);
        for (int i = 0; i < 10_000; i++) {
            assertEquals(OptionalLong.empty(), limit.take("address " + i));
        }
        assertEquals(OptionalLong.empty(), limit.take("one more"));
        assertEquals(OptionalLong.empty(), limit.take("another"));
        assertEquals(OptionalLong.of(1), limit.take("a third"));
        assertEquals(OptionalLong.empty(), limit.take("address 7"), "who was there before has its own");
        // Whoever has been quiet is forgotten, and there is room again.
        now.addAndGet(2 * SECOND);
        assertEquals(2, taken(limit, "a fourth"));
        assertEquals(2, taken(limit, "a fifth"));
    }
}
