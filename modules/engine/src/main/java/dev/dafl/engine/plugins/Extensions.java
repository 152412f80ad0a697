package dev.dafl.engine.plugins;

import dev.dafl.spi.Plugin;
import java.util.List;

/** The plugins that an experiment may name. Whoever runs the engine gives them: a kernel, or a test. */
public interface Extensions {

    /** All extensions of a kind, such as {@link dev.dafl.spi.LossTerm}; each name once. */
    <T extends Plugin<?>> List<T> all(Class<T> point);

    /** Name and version of the bundle that an extension came in; empty where it is not known. */
    default String bundleOf(Plugin<?> extension) {
        return "";
    }
}
