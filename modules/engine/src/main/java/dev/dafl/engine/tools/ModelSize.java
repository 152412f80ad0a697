package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.NetworkSize;
import dev.dafl.spi.ImageShape;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

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
        return NamedNetworks.names(extensions).stream()
                .map(name -> of(Component.named(name), image, classes, extensions))
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
        try {
            return NamedNetworks.look(
                    component,
                    image,
                    classes,
                    extensions,
                    (network, input) -> new ModelSize(
                            component.toString(),
                            image.toString(),
                            network.parameters().count(),
                            NetworkSize.multiplyAdds(network, input),
                            Optional.empty()));
        } catch (IllegalArgumentException e) {
            String problem = Objects.requireNonNullElse(e.getMessage(), e.toString());
            return new ModelSize(component.toString(), image.toString(), 0, 0, Optional.of(problem));
        }
    }
}
