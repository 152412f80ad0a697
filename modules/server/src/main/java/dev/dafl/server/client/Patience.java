package dev.dafl.server.client;

import java.time.Duration;

/**
 * How long is waited.
 *
 * @param connect for a connection
 * @param answer for the beginning of an answer
 * @param silence for the next bytes of one
 * @param pause before a connection that was lost is tried again for the first time; each further time twice as long
 * @param longestPause at most
 */
record Patience(Duration connect, Duration answer, Duration silence, Duration pause, Duration longestPause) {

    static final Patience USUAL = new Patience(
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            Duration.ofSeconds(60),
            Duration.ofMillis(500),
            Duration.ofSeconds(10));

    /** @param failures so far in a row, from 1 */
    Duration pauseAfter(int failures) {
        Duration longer = pause.multipliedBy(1L << Math.min(failures - 1, 20));
        return longer.compareTo(longestPause) < 0 ? longer : longestPause;
    }
}
