package dev.dafl.engine.training;

import dev.dafl.engine.config.GuardConfig;
import dev.dafl.engine.config.GuardConfig.OnCollapse;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Watches over the generator. One that died is put back to what it was when it last was well, with a lower rate, or ends the
 * run, as the configuration says.
 */
final class Guard implements Stateful, AutoCloseable {

    private final GuardConfig config;
    private final Learner generator;
    /** None where nothing is ever put back. */
    private final Optional<Snapshots> snapshots;

    private CollapseWatch watch;
    private final List<RunEvent.Recovered> recoveries = new ArrayList<>();
    private long restoredFrom = -1;
    private Optional<String> gaveUp = Optional.empty();

    Guard(GuardConfig config, Learner generator, Learner student) {
        this.config = config;
        this.generator = generator;
        this.snapshots = config.onCollapse() == OnCollapse.RECOVER
                ? Optional.of(new Snapshots(generator, student))
                : Optional.empty();
        this.watch = new CollapseWatch(config);
    }

    /** Whether the last look found nothing wrong. */
    boolean healthy() {
        return watch.healthy();
    }

    /** The dead generators that were replaced. */
    List<RunEvent.Recovered> recoveries() {
        return List.copyOf(recoveries);
    }

    /** Why the run is to end before its last step. */
    Optional<String> gaveUp() {
        return gaveUp;
    }

    /** Another generator has begun: what was healthy for the old one says nothing of it. */
    void newGenerator() {
        watch = new CollapseWatch(config);
    }

    /** All is well after this step, counted from 1: it is what to go back to. */
    void remember(long step) {
        snapshots.ifPresent(kept -> kept.take(step));
    }

    /**
     * Looks at the generator.
     *
     * @param step counted from 1
     * @return what was done about a dead one; empty where it lives, or where nothing is to be done
     * @throws TrainingFailedException where the run is to end then
     */
    Optional<RunEvent.Recovered> look(long step, GeneratorHealth health) {
        Optional<String> death = watch.look(health);
        if (death.isEmpty()) {
            return Optional.empty();
        }
        String reason = death.get();
        return switch (config.onCollapse()) {
            case STOP ->
                throw new TrainingFailedException(
                        died(step, reason) + "; set guard.on-collapse: recover to go on from the last good one");
            case IGNORE -> {
                if (!health.finite()) {
                    throw new TrainingFailedException(died(step, reason) + "; lower generator.optimizer.learning-rate");
                }
                yield Optional.empty();
            }
            case RECOVER -> recover(step, reason);
        };
    }

    private static String died(long step, String reason) {
        return "the generator died at step " + step + ": " + reason;
    }

    private Optional<RunEvent.Recovered> recover(long step, String reason) {
        if (recoveries.size() >= config.maxRecoveries()) {
            gaveUp = Optional.of(
                    "the generator died " + (recoveries.size() + 1) + " times, last at step " + step + ": " + reason);
            return Optional.empty();
        }
        Snapshots kept = snapshots.orElseThrow();
        if (kept.newest() == restoredFrom) {
            // It died again from this one: begin from an older one.
            kept.drop();
        }
        kept.restore();
        restoredFrom = kept.newest();
        generator.slowDown(config.rateFactor());
        watch.recovered();
        RunEvent.Recovered recovered = new RunEvent.Recovered(step, restoredFrom, reason, generator.slowed());
        recoveries.add(recovered);
        return Optional.of(recovered);
    }

    @Override
    public void save(State state) {
        state.put("watch", watch).put("restored-from", restoredFrom);
        snapshots.ifPresent(kept -> state.put("snapshots", kept));
        gaveUp.ifPresent(reason -> state.put("gave-up", reason));
        State list = state.part("recoveries").put("count", recoveries.size());
        for (int i = 0; i < recoveries.size(); i++) {
            RunEvent.Recovered one = recoveries.get(i);
            list.part(Integer.toString(i))
                    .put("step", one.step())
                    .put("back-to", one.backTo())
                    .put("reason", one.reason())
                    .put("rate-factor", one.rateFactor());
        }
    }

    @Override
    public void load(State state) {
        state.load("watch", watch);
        restoredFrom = state.number("restored-from");
        snapshots.ifPresent(kept -> state.load("snapshots", kept));
        gaveUp = state.optionalText("gave-up");
        recoveries.clear();
        State list = state.part("recoveries");
        for (int i = 0; i < list.number("count"); i++) {
            State one = list.part(Integer.toString(i));
            recoveries.add(new RunEvent.Recovered(
                    one.number("step"), one.number("back-to"), one.text("reason"), one.real("rate-factor")));
        }
    }

    @Override
    public void close() {
        snapshots.ifPresent(Snapshots::close);
    }
}
