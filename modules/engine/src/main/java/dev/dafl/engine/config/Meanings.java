package dev.dafl.engine.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/**
 * What the documentation comments of a record or an enum say, which the compiler has written beside its class
 * ({@code dev.dafl.spi.processor.MeaningsProcessor}). Nothing of a plugin that was compiled without it.
 */
final class Meanings {

    private final Properties texts;

    private Meanings(Properties texts) {
        this.texts = texts;
    }

    static Meanings of(Class<?> type) {
        Properties texts = new Properties();
        try (InputStream in = type.getResourceAsStream("/META-INF/dafl/meanings/" + type.getName() + ".properties")) {
            if (in != null) {
                texts.load(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read what " + type.getName() + " means", e);
        }
        return new Meanings(texts);
    }

    /** Of the type as a whole; may be empty. */
    String whole() {
        return texts.getProperty("", "");
    }

    /** Of a component or a constant, by its name in Java; may be empty. */
    String of(String name) {
        return texts.getProperty(name, "");
    }
}
