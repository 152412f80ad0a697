package dev.dafl.spi;

import java.util.Map;

/**
 * A loss term that a method's options name, with its weight in the sum: in a file {@code {name: one-hot, weight: 0.5}}.
 *
 * @param term with options of its own
 * @param weight over the run
 */
public record LossReference(PluginReference term, Ramp weight) {

    /** A term with its default options. */
    public static LossReference of(String name, double weight) {
        return new LossReference(PluginReference.named(name), Ramp.constant(weight));
    }

    /** A term with options, by their names in a file. */
    public static LossReference of(String name, double weight, Map<String, Object> options) {
        return new LossReference(new PluginReference(name, options), Ramp.constant(weight));
    }
}
