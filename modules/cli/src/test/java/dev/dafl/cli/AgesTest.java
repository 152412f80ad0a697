package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AgesTest {

    @ParameterizedTest
    @CsvSource({"PT-3S, now", "PT59S, now", "PT60S, 1 min", "PT59M, 59 min", "PT1H, 1 h", "PT47H, 47 h", "P2D, 2 days"})
    void agesAreShownAsPeopleSayThem(Duration age, String words) {
        assertEquals(words, Ages.words(age));
    }

    @ParameterizedTest
    @CsvSource({"12h, PT12H", "30d, P30D", "4w, P28D", "0d, PT0S"})
    void agesAreReadAsPeopleWriteThem(String text, Duration age) {
        assertEquals(age, new Ages.Converter().convert(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "30", "d", "-1d", "1m", "1.5d", "123456d"})
    void whatIsNoAgeIsRefused(String text) {
        assertThrows(TypeConversionException.class, () -> new Ages.Converter().convert(text));
    }
}
