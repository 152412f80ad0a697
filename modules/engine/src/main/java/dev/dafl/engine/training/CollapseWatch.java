package dev.dafl.engine.training;

import dev.dafl.engine.config.GuardConfig;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides from look to look whether the generator has died. How varied its images should be is known from the first look
 * on. Images of one class are a symptom only once there were several: those of a fresh generator often fall into one
 * class, and that passes; where it does not pass for long, the generator was never alive.
 */
final class CollapseWatch implements Stateful {

    /** How fast the idea of a healthy variety follows what is seen. */
    private static final double MEMORY = 0.9;
    /** A fresh generator has so many times the patience. */
    private static final int PATIENCE_AT_FIRST = 10;

    private final GuardConfig config;
    private double healthyDiversity;
    private boolean hadSeveralClasses;
    private int sickLooks;

    CollapseWatch(GuardConfig config) {
        this.config = config;
    }

    /** Why the generator counts as dead, where it does. */
    Optional<String> look(GeneratorHealth health) {
        if (!health.finite()) {
            return Optional.of("the teacher's logits on its images are no numbers");
        }
        if (healthyDiversity == 0) {
            healthyDiversity = health.diversity();
        }
        if (health.diversity() < config.diversity() * healthyDiversity) {
            sickLooks++;
            return dead(
                    config.patience(),
                    String.format(
                            Locale.ROOT,
                            "its images are all alike (variety %.3f where %.3f was healthy)",
                            health.diversity(),
                            healthyDiversity));
        }
        if (health.classShare() > config.classShare()) {
            sickLooks++;
            return dead(
                    hadSeveralClasses ? config.patience() : PATIENCE_AT_FIRST * config.patience(),
                    String.format(Locale.ROOT, "%.0f %% of its images are of one class", 100 * health.classShare()));
        }
        healthyDiversity = MEMORY * healthyDiversity + (1 - MEMORY) * health.diversity();
        hadSeveralClasses = true;
        sickLooks = 0;
        return Optional.empty();
    }

    /** Whether the last look found nothing wrong. */
    boolean healthy() {
        return hadSeveralClasses && sickLooks == 0;
    }

    /** After a recovery: the old generator is back, and looked at afresh. */
    void recovered() {
        sickLooks = 0;
    }

    @Override
    public void save(State state) {
        state.put("healthy-diversity", healthyDiversity)
                .put("had-several-classes", hadSeveralClasses)
                .put("sick-looks", sickLooks);
    }

    @Override
    public void load(State state) {
        healthyDiversity = state.real("healthy-diversity");
        hadSeveralClasses = state.flag("had-several-classes");
        sickLooks = Math.toIntExact(state.number("sick-looks"));
    }

    private Optional<String> dead(int patience, String reason) {
        return sickLooks >= patience ? Optional.of(reason) : Optional.empty();
    }
}
