package dev.dafl.engine.tools;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.PluginCall;
import dev.dafl.engine.plugins.PluginFailedException;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A network whose tensors have the names and shapes of a file's.
 *
 * @param model the plugin, with its default options
 * @param classes for how many
 * @param images shapes of images for which it fits, such as {@code 3x32x32}, of those that were tried
 */
public record FittingNetwork(String model, long classes, List<String> images) {

    private static final List<Integer> SIZES = List.of(28, 32, 64, 224);

    /**
     * Tries all installed networks for usual images.
     *
     * @param notes hears of plugins that could not be tried
     */
    static List<FittingNetwork> among(Extensions extensions, LayerShapes layers, long classes, Consumer<String> notes) {
        Map<String, ClassifierFactory<?>> networks = new LinkedHashMap<>();
        Stream.concat(extensions.all(TeacherFactory.class).stream(), extensions.all(StudentFactory.class).stream())
                .forEach(network -> networks.putIfAbsent(network.name(), (ClassifierFactory<?>) network));
        List<FittingNetwork> fitting = new ArrayList<>();
        networks.forEach((name, network) -> {
            try {
                List<String> images = images(network, extensions, layers, Math.toIntExact(classes));
                if (!images.isEmpty()) {
                    fitting.add(new FittingNetwork(name, classes, images));
                }
            } catch (PluginFailedException e) {
                notes.accept("could not try " + name + ": " + e.getMessage());
            }
        });
        return List.copyOf(fitting);
    }

    private static <O extends Record> List<String> images(
            ClassifierFactory<O> network, Extensions extensions, LayerShapes layers, int classes) {
        PluginIdentity identity = new PluginIdentity("network", network.name(), extensions.bundleOf(network));
        return layers.channels().stream()
                .flatMap(channels -> SIZES.stream().map(size -> new ImageShape(channels, size, size)))
                .filter(image -> fits(network, identity, layers, image, classes))
                .map(ImageShape::toString)
                .toList();
    }

    private static <O extends Record> boolean fits(
            ClassifierFactory<O> network, PluginIdentity identity, LayerShapes layers, ImageShape image, int classes) {
        try (Network built = PluginCall.making(
                identity,
                () -> Network.build(
                        Parameters.unset(), path -> network.create(path, image, classes, network.defaults())))) {
            return built.parameters().fits(layers.tensors());
        } catch (IllegalArgumentException e) {
            // Made for other images.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
