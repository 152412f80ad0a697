package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.OptionChoices;
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
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A network whose tensors have the names and shapes of a file's.
 *
 * @param model the plugin, with those of its options that are not the defaults, as {@code vgg11 {batch-norm: false}}
 * @param classes for how many
 * @param images shapes of images for which it fits, such as {@code 3x32x32}, of those that were tried
 */
public record FittingNetwork(Component model, long classes, List<String> images) {

    private static final List<Integer> SIZES = List.of(28, 32, 64, 224);

    /**
     * Tries all installed networks for usual images, with every choice of options such as which stem or head they have.
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
                fitting.addAll(of(network, extensions, layers, Math.toIntExact(classes)));
            } catch (PluginFailedException e) {
                notes.accept("could not try " + name + ": " + e.getMessage());
            }
        });
        return List.copyOf(fitting);
    }

    private static <O extends Record> List<FittingNetwork> of(
            ClassifierFactory<O> network, Extensions extensions, LayerShapes layers, int classes) {
        PluginIdentity identity = new PluginIdentity("network", network.name(), extensions.bundleOf(network));
        O defaults = PluginCall.of(identity, network::defaults);
        List<FittingNetwork> fitting = new ArrayList<>();
        for (Component choice : OptionChoices.of(network.name(), defaults)) {
            Optional<O> options = bound(choice, defaults);
            List<String> images = options.map(chosen -> images(network, identity, layers, classes, chosen))
                    .orElseGet(List::of);
            if (!images.isEmpty()) {
                fitting.add(new FittingNetwork(choice, classes, images));
            }
        }
        return fitting;
    }

    /** Empty where the plugin refuses them together. */
    private static <O extends Record> Optional<O> bound(Component choice, O defaults) {
        try {
            return Optional.of(choice.options().isEmpty() ? defaults : choice.bind(defaults));
        } catch (ConfigException e) {
            return Optional.empty();
        }
    }

    private static <O extends Record> List<String> images(
            ClassifierFactory<O> network, PluginIdentity identity, LayerShapes layers, int classes, O options) {
        return layers.channels().stream()
                .flatMap(channels -> SIZES.stream().map(size -> new ImageShape(channels, size, size)))
                .filter(image -> fits(network, identity, layers, image, classes, options))
                .map(ImageShape::toString)
                .toList();
    }

    private static <O extends Record> boolean fits(
            ClassifierFactory<O> network,
            PluginIdentity identity,
            LayerShapes layers,
            ImageShape image,
            int classes,
            O options) {
        try (Network built = PluginCall.making(
                identity,
                () -> Network.build(Parameters.unset(), path -> network.create(path, image, classes, options)))) {
            return built.parameters().fits(layers.tensors());
        } catch (IllegalArgumentException e) {
            // Made for other images.
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
