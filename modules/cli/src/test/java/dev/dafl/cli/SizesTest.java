package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SizesTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0 B",
        "999, 999 B",
        "1000, 1.0 kB",
        "9949, 9.9 kB",
        "9951, 10 kB",
        "999499, 999 kB",
        "999501, 1.0 MB",
        "365000000, 365 MB",
        "4200000000, 4.2 GB",
        "5000000000000000, 5000 TB"
    })
    void bytesAreShownAsPeopleSayThem(long bytes, String words) {
        assertEquals(words, Sizes.words(bytes));
    }
}
