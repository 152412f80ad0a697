package dev.dafl.spi.test;

import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A method whose networks begin with given values, such as those that PyTorch began with.
 *
 * @param values given the workspace once the method has made its networks
 */
public record Begun<O extends Record>(SynthesizerFactory<O> method, Consumer<Synthesis> values)
        implements SynthesizerFactory<O> {

    /** Copies what has that prefix in its name into a network. */
    public static void load(Network network, Map<String, Tensor> all, String prefix) {
        Map<String, Tensor> own = new LinkedHashMap<>();
        all.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                own.put(name.substring(prefix.length()), value);
            }
        });
        try (GradMode _ = GradMode.disabled()) {
            network.parameters().load(own);
        }
    }

    @Override
    public Synthesizer create(Synthesis synthesis, O options) throws IOException {
        Synthesizer synthesizer = method.create(synthesis, options);
        values.accept(synthesis);
        return synthesizer;
    }

    @Override
    public Optional<PluginReference> generator(O options) {
        return method.generator(options);
    }

    @Override
    public List<LossReference> losses(O options) {
        return method.losses(options);
    }

    @Override
    public boolean labelled(O options) {
        return method.labelled(options);
    }

    @Override
    public int imagesAtOnce(O options) {
        return method.imagesAtOnce(options);
    }

    @Override
    public String name() {
        return method.name();
    }

    @Override
    public String description() {
        return method.description();
    }

    @Override
    public O defaults() {
        return method.defaults();
    }
}
