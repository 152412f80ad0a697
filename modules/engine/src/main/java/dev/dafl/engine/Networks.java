package dev.dafl.engine;

import dev.dafl.engine.Experiment.Part;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.training.Compute;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import java.util.function.Function;

/**
 * Builds networks from their plugins, each in the number format that suits its size; one that does not fit the images is told
 * with the place in the file.
 */
record Networks(ExperimentFile file, Compute compute, RandomStream random) {

    Network classifier(String role, Part<ClassifierFactory<?>> part, ImageShape input, int classes) {
        return formatted(
                build(role, 0, part.pointer(), path -> create(part.plugin(), part.options(), path, input, classes)),
                input.channels(),
                input.height(),
                input.width());
    }

    Network generator(Part<GeneratorFactory<?>> part, ImageShape output) {
        return fresh(part, output, 0);
    }

    /** An untrained generator like that of number 0, with first values of its own. */
    Network fresh(Part<GeneratorFactory<?>> part, ImageShape output, long number) {
        return formatted(
                build("generator", number, part.pointer(), path -> create(part.plugin(), part.options(), path, output)),
                latentSize(part));
    }

    static int latentSize(Part<GeneratorFactory<?>> part) {
        return latentSize(part.plugin(), part.options());
    }

    /** In the number format that it trains in. */
    private Network formatted(Network network, long... input) {
        boolean bf16 = compute.bf16() && ModelSize.multiplyAdds(network, input) >= Compute.WORTH_BFLOAT16;
        return bf16 ? network.inBfloat16() : network;
    }

    private Network build(
            String role, long number, String pointer, Function<dev.dafl.tensor.nn.ParameterPath, Layer> create) {
        Parameters parameters = new Parameters(
                compute.device(),
                compute.format(),
                new RandomStream(random.at("network " + role, number).nextLong()));
        try {
            return Network.build(parameters, create);
        } catch (IllegalArgumentException e) {
            throw file.mistake(pointer, e.getMessage());
        }
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> Layer create(
            ClassifierFactory<O> plugin,
            Record options,
            dev.dafl.tensor.nn.ParameterPath path,
            ImageShape input,
            int classes) {
        return plugin.create(path, input, classes, (O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> Layer create(
            GeneratorFactory<O> plugin, Record options, dev.dafl.tensor.nn.ParameterPath path, ImageShape output) {
        return plugin.create(path, output, (O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> int latentSize(GeneratorFactory<O> plugin, Record options) {
        return plugin.latentSize((O) options);
    }
}
