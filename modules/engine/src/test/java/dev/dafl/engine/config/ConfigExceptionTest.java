package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class ConfigExceptionTest {

    @Test
    void whatSomebodyElseFoundIsToldInTheirWords() {
        assertEquals("too small", new ConfigException(new IllegalArgumentException("too small")).getMessage());
    }

    @Test
    void aPluginsExceptionWithoutWordsIsNamed() {
        assertEquals(
                "java.lang.IllegalArgumentException", new ConfigException(new IllegalArgumentException()).getMessage());
    }
}
