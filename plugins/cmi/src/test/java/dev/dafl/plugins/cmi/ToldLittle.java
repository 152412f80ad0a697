package dev.dafl.plugins.cmi;

import dev.dafl.plugins.cmi.Cmi.Options;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesis;
import dev.dafl.spi.Synthesis.Judgement;
import dev.dafl.spi.Synthesis.Score;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** The method where a score tells no more of the teacher than its logits, since no loss has asked for more. */
final class ToldLittle implements SynthesizerFactory<Options> {

    private final Cmi method = new Cmi();

    @Override
    public Synthesizer create(Synthesis synthesis, Options options) {
        InvocationHandler less = (_, called, arguments) -> {
            Object result = called.invoke(synthesis, arguments);
            return result instanceof Score score
                    ? new Score(score.total(), score.terms(), logits(score.teacher()), score.student())
                    : result;
        };
        return method.create(
                (Synthesis) Proxy.newProxyInstance(
                        Synthesis.class.getClassLoader(), new Class<?>[] {Synthesis.class}, less),
                options);
    }

    private static Judgement logits(Judgement all) {
        return new Judgement(all.logits(), Optional.empty(), new LinkedHashMap<>(), List.of());
    }

    @Override
    public Optional<PluginReference> generator(Options options) {
        return method.generator(options);
    }

    @Override
    public List<LossReference> losses(Options options) {
        return method.losses(options);
    }

    @Override
    public boolean labelled(Options options) {
        return method.labelled(options);
    }

    @Override
    public int imagesAtOnce(Options options) {
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
    public Options defaults() {
        return method.defaults();
    }
}
