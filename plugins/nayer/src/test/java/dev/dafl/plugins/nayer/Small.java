package dev.dafl.plugins.nayer;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.targetclass.TargetClass;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.SmallGenerator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small run: the losses that the method names, and a small generator. */
final class Small {

    static final Bind BIND = Bind.of(Map.of("adversarial", new Adversarial.Options(Form.MASKED, Optional.empty())));

    private Small() {}

    static Plugin<?>[] plugins() {
        return new Plugin<?>[] {new SmallGenerator(), new BatchNormStatistics(), new TargetClass(), new Adversarial()};
    }

    static Nayer.Options options(String embedding, int size, int steps, int batch, double rate, int renewEvery) {
        return new Nayer.Options(
                PluginReference.named("small"),
                embedding,
                size,
                steps,
                batch,
                rate,
                renewEvery,
                100,
                List.of(
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("target-class", 0.5),
                        LossReference.of("adversarial", 1.33)));
    }
}
