package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The networks that plugins make, each built to be looked at. */
final class NamedNetworks {

    private NamedNetworks() {}

    /**
     * What is done with a network.
     *
     * @param <R> what it gives
     */
    @FunctionalInterface
    interface Look<R> {

        /** @param input the shape of one input of the network's */
        R at(Network network, long... input);
    }

    /** Of networks of all kinds; most are both teacher and student. */
    static Set<String> names(Extensions extensions) {
        return factories(extensions).keySet();
    }

    /**
     * Builds a network with untrained values and looks at it.
     *
     * @param image what it takes, or makes
     * @throws ConfigException when there is no such plugin or the options do not fit
     * @throws IllegalArgumentException when it is not for such images
     */
    static <R> R look(Component component, ImageShape image, int classes, Extensions extensions, Look<R> look) {
        Map<String, Plugin<?>> factories = factories(extensions);
        Plugin<?> plugin = factories.get(component.name());
        if (plugin == null) {
            throw new ConfigException("no network is named " + OneLine.shortened(component.name())
                    + Nearest.among(component.name(), factories.keySet()));
        }
        return plugin instanceof GeneratorFactory<?> generator
                ? generator(component, generator, image, classes, look)
                : classifier(component, (ClassifierFactory<?>) plugin, image, classes, look);
    }

    private static Map<String, Plugin<?>> factories(Extensions extensions) {
        Map<String, Plugin<?>> factories = new LinkedHashMap<>();
        extensions.all(TeacherFactory.class).forEach(plugin -> add(factories, plugin));
        extensions.all(StudentFactory.class).forEach(plugin -> add(factories, plugin));
        extensions.all(GeneratorFactory.class).forEach(plugin -> add(factories, plugin));
        return factories;
    }

    private static void add(Map<String, Plugin<?>> factories, Plugin<?> plugin) {
        factories.putIfAbsent(plugin.name(), plugin);
    }

    private static <O extends Record, R> R classifier(
            Component component, ClassifierFactory<O> plugin, ImageShape image, int classes, Look<R> look) {
        O options = component.bind(plugin.defaults());
        return built(
                path -> plugin.create(path, image, classes, options),
                look,
                image.channels(),
                image.height(),
                image.width());
    }

    private static <O extends Record, R> R generator(
            Component component, GeneratorFactory<O> plugin, ImageShape image, int classes, Look<R> look) {
        O options = component.bind(plugin.defaults());
        return built(
                path -> plugin.create(path, image, classes, options),
                look,
                plugin.latentSize(options) + (plugin.conditional(options) ? classes : 0));
    }

    private static <R> R built(Function<ParameterPath, Layer> create, Look<R> look, long... input) {
        Parameters empty = new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(0));
        try (Network network = Network.build(empty, create)) {
            return look.at(network, input);
        }
    }
}
