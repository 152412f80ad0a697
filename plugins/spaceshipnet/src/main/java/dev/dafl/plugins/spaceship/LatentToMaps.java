package dev.dafl.plugins.spaceship;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.BatchNorm2d;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;

/**
 * The first half of the generator: {@code [n, latent]} to feature maps {@code [n, c, h, w]} by a linear layer and a batch norm.
 *
 * @param maps shape of the feature maps of one image
 */
record LatentToMaps(Linear linear, BatchNorm2d norm, ImageShape maps) implements Layer {

    static LatentToMaps of(ParameterPath path, int latent, ImageShape maps) {
        return new LatentToMaps(
                Linear.of(path.sub("linear"), latent, (long) maps.channels() * maps.height() * maps.width()),
                BatchNorm2d.of(path.sub("norm"), maps.channels()),
                maps);
    }

    @Override
    public Tensor forward(Tensor latent, Pass pass) {
        return norm.forward(linear.forward(latent, pass).view(-1, maps.channels(), maps.height(), maps.width()), pass);
    }
}
