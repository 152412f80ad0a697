package dev.dafl.plugins.fast;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.targetclass.TargetClass;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Ramp.Point;
import dev.dafl.spi.test.MethodTrial.Bind;
import dev.dafl.spi.test.SmallGenerator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small run: the losses that the method names, and a small generator. */
final class Small {

    static final Bind BIND = Bind.of(Map.of(
            "batch-norm-statistics",
            new BatchNormStatistics.Options(0.9),
            "adversarial",
            new Adversarial.Options(Form.MASKED, Optional.empty())));

    /** The whole weight at the beginning, none in the second half. */
    private static final Ramp AT_FIRST = new Ramp(List.of(new Point(0, 1.1), new Point(0.5, 0)));

    private Small() {}

    static Plugin<?>[] plugins() {
        return new Plugin<?>[] {new SmallGenerator(), new BatchNormStatistics(), new TargetClass(), new Adversarial()};
    }

    static FastOptions options(
            Meta meta, int steps, int batch, double rate, double latentRate, double metaRate, int resetAfter) {
        return new FastOptions(
                PluginReference.named("small"),
                meta,
                steps,
                batch,
                rate,
                latentRate,
                metaRate,
                resetAfter,
                100,
                List.of(
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("target-class", 0.4),
                        new LossReference(PluginReference.named("adversarial"), AT_FIRST)));
    }
}
