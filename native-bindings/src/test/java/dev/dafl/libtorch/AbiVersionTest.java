package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AbiVersionTest {

    @ParameterizedTest
    @CsvSource({
        "2,   9, 9, 2.9.9,   false, false, 2.9.9",
        "2,  10, 0, 2.10.0,  true,  false, 2.10.0",
        "2,  13, 1, 2.13.1,  true,  false, 2.13.0",
        "2,  14, 7, 2.14.7,  true,  false, 2.13.0",
        "2,  15, 0, 2.15.0,  true,  true,  2.13.0",
        "200, 0, 0, 200.0.0, true,  true,  2.13.0"
    })
    void saysWhatItMayBeUsedFor(
            int major, int minor, int patch, String text, boolean supported, boolean newer, String calls) {
        AbiVersion version = new AbiVersion(AbiVersion.of(major, minor).word() | (long) patch << 40);
        assertEquals(text, version.toString());
        assertEquals(supported, version.isSupported());
        assertEquals(newer, version.isNewerThanTried());
        assertEquals(calls, version.forCalls().toString());
    }
}
