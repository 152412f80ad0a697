package dev.dafl.plugins.spaceship;

import dev.dafl.plugins.adversarial.Adversarial;
import dev.dafl.plugins.adversarial.Form;
import dev.dafl.plugins.batchnorm.BatchNormStatistics;
import dev.dafl.plugins.spaceship.SpaceshipNet.Options;
import dev.dafl.plugins.targetclass.TargetClass;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Ramp.Point;
import dev.dafl.spi.test.MethodTrial.Bind;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A small run: the losses that the method names, and four maps of 2x2 for each image. */
final class Small {

    static final Bind BIND = Bind.of(Map.of("adversarial", new Adversarial.Options(Form.MASKED, Optional.empty())));

    static final int LATENT = 5;
    static final int WIDTH = 2;
    static final int MAPS = 2 * WIDTH;
    static final int BATCH = 6;
    /** After two rounds the newest have overwritten some of the oldest. */
    static final int STORED = 9;

    static final int EXCHANGED = 5;
    static final double SHARE = 0.4;

    /** The whole weight at the beginning, none in the second half. */
    private static final Ramp AT_FIRST = new Ramp(List.of(new Point(0, 1.1), new Point(0.5, 0)));

    private Small() {}

    static Plugin<?>[] plugins() {
        return new Plugin<?>[] {new BatchNormStatistics(), new TargetClass(), new Adversarial()};
    }

    static Options options(int steps, int batch, double rate, double latentRate, int exchanged) {
        return new Options(
                LATENT,
                WIDTH,
                steps,
                batch,
                rate,
                latentRate,
                Optional.of(exchanged),
                SHARE,
                Math.max(STORED, batch),
                100,
                List.of(
                        LossReference.of("batch-norm-statistics", 10),
                        LossReference.of("target-class", 0.4),
                        new LossReference(PluginReference.named("adversarial"), AT_FIRST)));
    }
}
