package dev.dafl.kernel;

import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wrong with bundles, by location. Each sentence is added once and withdrawn by who added it, since a bundle can be
 * cured while running: what it lacked arrives, or the other of its name goes.
 */
final class Problems {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private final Map<String, Set<String>> byLocation = new ConcurrentHashMap<>();
    private final Events events;

    Problems(Events events) {
        this.events = events;
    }

    void add(Bundle bundle, String sentence) {
        add(bundle.getLocation(), sentence);
    }

    void add(Bundle bundle, String sentence, @Nullable Throwable cause) {
        add(bundle.getLocation(), sentence, cause);
    }

    void add(String location, String sentence, @Nullable Throwable cause) {
        LOG.debug("{}: {}", location, sentence, cause);
        add(location, sentence);
    }

    void add(String location, String sentence) {
        boolean[] isNew = {false};
        byLocation.compute(location, (_, known) -> {
            Set<String> sentences = known == null ? new LinkedHashSet<>() : new LinkedHashSet<>(known);
            isNew[0] = sentences.add(sentence);
            return sentences;
        });
        if (isNew[0]) {
            events.tell(new KernelEvent.BundleFailed(Location.file(location), sentence));
        }
    }

    void withdraw(String location, String sentence) {
        byLocation.computeIfPresent(location, (_, known) -> {
            Set<String> sentences = new LinkedHashSet<>(known);
            sentences.remove(sentence);
            return sentences.isEmpty() ? null : sentences;
        });
    }

    void forget(String location) {
        byLocation.remove(location);
    }

    /** All about one bundle in a text; empty where nothing is wrong. */
    String of(String location) {
        return String.join("; ", byLocation.getOrDefault(location, Set.of()));
    }

    /** An exception for people: its kind and message, without a trace. */
    static String words(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        String message = thrown.getMessage();
        return message == null || message.isBlank()
                ? kind
                : kind + ": " + message.replaceAll("\\s+", " ").strip();
    }
}
