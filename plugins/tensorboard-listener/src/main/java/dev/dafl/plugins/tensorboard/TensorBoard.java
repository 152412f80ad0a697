package dev.dafl.plugins.tensorboard;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.Listener;
import dev.dafl.spi.ListenerFactory;

/** Curves, pictures and words for TensorBoard. A run has them unless its {@code tracking.tensorboard} is false. */
@ServiceProvider(ListenerFactory.class)
public final class TensorBoard implements ListenerFactory<TensorBoard.Options> {

    /** @param pictures whether the event files get what the run has drawn as well; true */
    public record Options(boolean pictures) {}

    @Override
    public String name() {
        return "tensorboard";
    }

    @Override
    public String description() {
        return "event files for TensorBoard in the run's folder: tensorboard --logdir runs";
    }

    @Override
    public Options defaults() {
        return new Options(true);
    }

    @Override
    public Listener start(Listener.Start run, Options options) {
        return new EventFiles(run, options.pictures(), () -> System.currentTimeMillis() / 1e3);
    }
}
