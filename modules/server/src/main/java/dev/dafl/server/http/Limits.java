package dev.dafl.server.http;

import java.util.function.LongSupplier;

/**
 * What a server bears.
 *
 * @param streams of events at the same time
 * @param perSecond requests of one token, or of one address without one
 * @param nanos the time, which never goes back
 */
public record Limits(int streams, int perSecond, LongSupplier nanos) {

    /** Guesses at tokens are so much rarer. */
    private static final int FAILURES_PART = 100;

    RateLimit requests() {
        return new RateLimit(perSecond, nanos);
    }

    RateLimit failures() {
        return new RateLimit(Math.max(1, perSecond / FAILURES_PART), nanos);
    }
}
