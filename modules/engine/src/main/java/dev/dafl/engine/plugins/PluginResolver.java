package dev.dafl.engine.plugins;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.spi.Plugin;
import java.util.List;

/** Finds the plugins that a file names; an unknown one is told with file and line and the names there are. */
final class PluginResolver {

    private final ExperimentFile file;
    private final Extensions extensions;

    PluginResolver(ExperimentFile file, Extensions extensions) {
        this.file = file;
        this.extensions = extensions;
    }

    <T extends Plugin<?>> T find(Class<T> point, String pointer, String kind, Component component) {
        List<T> all = extensions.all(point);
        return all.stream()
                .filter(plugin -> plugin.name().equals(component.name()))
                .findFirst()
                .orElseThrow(() -> unknown(
                        pointer,
                        kind,
                        component.name(),
                        all.stream().map(Plugin::name).toList()));
    }

    <O extends Record> O options(String pointer, Component component, Plugin<O> plugin) {
        return file.options(pointer, component, plugin.defaults());
    }

    /** @param kind as people call it */
    PluginIdentity identity(String kind, Plugin<?> plugin) {
        return new PluginIdentity(kind, plugin.name(), extensions.bundleOf(plugin));
    }

    String within(String pointer, Component named) {
        return file.within(pointer, named);
    }

    private ConfigException unknown(String pointer, String kind, String name, List<String> known) {
        // Of one in a table the line of its name; one that stands by its name alone has no such place.
        return file.mistake(
                pointer + "/name",
                "no " + kind + " is named " + OneLine.shortened(name)
                        + (known.isEmpty()
                                ? "; there are none: is its bundle in a plugin folder? See dafl plugins list"
                                : Nearest.among(name, known)));
    }
}
