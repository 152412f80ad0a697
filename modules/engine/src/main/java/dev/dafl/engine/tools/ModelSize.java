package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How large a network is, counted by building it and running one image through it.
 *
 * @param model the plugin, with its options as they were written
 * @param image the shape of the images that it takes, or makes
 * @param parameters trainable numbers
 * @param multiplyAdds products that are added up for one image; a FLOP count is about twice that
 * @param problem why it cannot be counted on such images; the other numbers are 0 then
 */
public record ModelSize(String model, String image, long parameters, long multiplyAdds, Optional<String> problem) {

    /** Sizes of all networks, with their default options. */
    public static List<ModelSize> all(ImageShape image, int classes, Extensions extensions) {
        return networks(extensions, image, classes).entrySet().stream()
                .map(network -> network.getValue().apply(Component.named(network.getKey())))
                .toList();
    }

    /**
     * The size of one network.
     *
     * @param written a plugin's name, or {@code {name: wide-resnet, depth: 16}} with options
     * @throws ConfigException when there is no such plugin or the options do not fit
     */
    public static ModelSize of(String written, ImageShape image, int classes, Extensions extensions) {
        return of(Component.parse(written), image, classes, extensions);
    }

    /**
     * The size of one network.
     *
     * @throws ConfigException when there is no such plugin or the options do not fit
     */
    public static ModelSize of(Component component, ImageShape image, int classes, Extensions extensions) {
        Map<String, Function<Component, ModelSize>> networks = networks(extensions, image, classes);
        if (!networks.containsKey(component.name())) {
            throw new ConfigException("no network is named " + OneLine.shortened(component.name())
                    + Nearest.among(component.name(), networks.keySet()));
        }
        return networks.get(component.name()).apply(component);
    }

    /** How each network is counted, by its name; most are both teacher and student. */
    private static Map<String, Function<Component, ModelSize>> networks(
            Extensions extensions, ImageShape image, int classes) {
        Map<String, Function<Component, ModelSize>> networks = new LinkedHashMap<>();
        Stream.concat(extensions.all(TeacherFactory.class).stream(), extensions.all(StudentFactory.class).stream())
                .forEach(plugin -> networks.putIfAbsent(
                        plugin.name(),
                        component -> classifier(component, (ClassifierFactory<?>) plugin, image, classes)));
        extensions
                .all(GeneratorFactory.class)
                .forEach(plugin -> networks.putIfAbsent(
                        plugin.name(),
                        component -> generator(component, (GeneratorFactory<?>) plugin, image, classes)));
        return networks;
    }

    private static <O extends Record> ModelSize classifier(
            Component component, ClassifierFactory<O> plugin, ImageShape image, int classes) {
        O options = component.bind(plugin.defaults());
        return counted(
                component,
                image,
                path -> plugin.create(path, image, classes, options),
                image.channels(),
                image.height(),
                image.width());
    }

    private static <O extends Record> ModelSize generator(
            Component component, GeneratorFactory<O> plugin, ImageShape image, int classes) {
        O options = component.bind(plugin.defaults());
        return counted(
                component,
                image,
                path -> plugin.create(path, image, classes, options),
                plugin.latentSize(options) + (plugin.conditional(options) ? classes : 0));
    }

    private static ModelSize counted(
            Component component, ImageShape image, Function<ParameterPath, Layer> create, long... input) {
        Parameters empty = new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(0));
        try (Network network = Network.build(empty, create)) {
            return new ModelSize(
                    component.toString(),
                    image.toString(),
                    network.parameters().count(),
                    NetworkSize.multiplyAdds(network, input),
                    Optional.empty());
        } catch (IllegalArgumentException e) {
            String problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            return new ModelSize(component.toString(), image.toString(), 0, 0, Optional.of(problem));
        }
    }
}
