package dev.dafl.engine.plugins;

import dev.dafl.engine.compute.Compute;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Declared;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.GeneratorFactory.Values;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * Builds networks from their plugins, each in the number format that suits its size; one that does not fit the images is told
 * with the place in the file.
 */
public record Networks(ExperimentFile file, Compute compute, RandomStream random) {

    public Network classifier(String role, BoundPlugin<ClassifierFactory<?>> part, ImageShape input, int classes) {
        return formatted(
                build(role, 0, part, path -> create(part.plugin(), part.options(), path, input, classes)),
                input.channels(),
                input.height(),
                input.width());
    }

    /**
     * What a network fixes before it is built.
     *
     * @throws dev.dafl.engine.config.ConfigException when its file cannot be read or is not what it should be, with file and line
     */
    public static Declared declared(ExperimentFile file, BoundPlugin<ClassifierFactory<?>> part) {
        try {
            return PluginCall.making(part.identity(), () -> declared(part.plugin(), part.options()));
        } catch (IOException e) {
            throw file.mistake(part.pointer(), Reason.of(e));
        } catch (IllegalArgumentException e) {
            throw file.mistake(part.pointer(), e);
        }
    }

    public Network generator(BoundPlugin<GeneratorFactory<?>> part, Task task) {
        return fresh(part, task, 0);
    }

    /** An untrained generator like that of number 0, with first values of its own. */
    public Network fresh(BoundPlugin<GeneratorFactory<?>> part, Task task, long number) {
        return fresh("generator", part, task, number);
    }

    /** @param role by which the first values are told from those of another */
    public Network fresh(String role, BoundPlugin<GeneratorFactory<?>> part, Task task, long number) {
        return formatted(
                build(
                        role,
                        number,
                        part,
                        path -> PixelRange.of(
                                create(part.plugin(), part.options(), path, task.shape(), task.classes()),
                                values(part.plugin(), part.options()),
                                path,
                                task.normalization())),
                columns(part, task));
    }

    /** Of a generator's input: the latent vector, and behind it the class where it is told one. */
    public static int columns(BoundPlugin<GeneratorFactory<?>> part, Task task) {
        return latentSize(part) + (conditional(part) ? task.classes() : 0);
    }

    /** Whether a generator is told classes. */
    public static boolean conditional(BoundPlugin<GeneratorFactory<?>> part) {
        return conditional(part.plugin(), part.options());
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> boolean conditional(GeneratorFactory<O> plugin, Record options) {
        return plugin.conditional((O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> Values values(GeneratorFactory<O> plugin, Record options) {
        return plugin.values((O) options);
    }

    public static int latentSize(BoundPlugin<GeneratorFactory<?>> part) {
        return latentSize(part.plugin(), part.options());
    }

    /** In the number format that it trains in. */
    private Network formatted(Network network, long... input) {
        boolean bf16 = compute.bf16() && NetworkSize.multiplyAdds(network, input) >= Compute.WORTH_BFLOAT16;
        return bf16 ? network.inBfloat16() : network;
    }

    private Network build(String role, long number, BoundPlugin<?> part, Function<ParameterPath, Layer> create) {
        Parameters parameters = new Parameters(
                compute.device(),
                compute.format(),
                new RandomStream(random.at("network " + role, number).nextLong()),
                compute.ranks());
        try {
            return Network.build(parameters, path -> told(part.identity(), create, path));
        } catch (IllegalArgumentException e) {
            throw file.mistake(part.pointer(), e);
        }
    }

    /** A network whose failures, while it is made and later, are told as its plugin's. */
    private static Layer told(PluginIdentity plugin, Function<ParameterPath, Layer> create, ParameterPath path) {
        Layer network;
        try {
            network = PluginCall.making(plugin, () -> create.apply(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return (input, pass) -> PluginCall.of(plugin, () -> network.forward(input, pass));
    }

    @SuppressWarnings("unchecked") // the options were bound from this plugin's defaults
    private static <O extends Record> Layer create(
            ClassifierFactory<O> plugin, Record options, ParameterPath path, ImageShape input, int classes) {
        return plugin.create(path, input, classes, (O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> Layer create(
            GeneratorFactory<O> plugin, Record options, ParameterPath path, ImageShape output, int classes) {
        return plugin.create(path, output, classes, (O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> Declared declared(ClassifierFactory<O> plugin, Record options)
            throws IOException {
        return plugin.declared((O) options);
    }

    @SuppressWarnings("unchecked") // as above
    private static <O extends Record> int latentSize(GeneratorFactory<O> plugin, Record options) {
        return plugin.latentSize((O) options);
    }
}
