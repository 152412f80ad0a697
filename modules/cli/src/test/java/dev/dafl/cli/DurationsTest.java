package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DurationsTest {

    @ParameterizedTest
    @CsvSource({
        "0.04, 0.0 s",
        "9.94, 9.9 s",
        "10.2, 10 s",
        "59.4, 59 s",
        "59.6, 1:00 min",
        "3599, 59:59 min",
        "3600, 1:00:00 h",
        "45296, 12:34:56 h"
    })
    void areReadable(double seconds, String words) {
        assertEquals(words, Durations.words(seconds));
    }
}
