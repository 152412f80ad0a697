package dev.dafl.kernel;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Those who listen. An event is told on the thread that made the change, and never while a lock of ours is held on the data. */
final class Events {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);

    private final List<Consumer<? super KernelEvent>> listeners = new CopyOnWriteArrayList<>();

    Kernel.Subscription listen(Consumer<? super KernelEvent> listener) {
        // Wrapped, so that one listener given twice is two subscriptions.
        Consumer<KernelEvent> own = listener::accept;
        listeners.add(own);
        return () -> listeners.remove(own);
    }

    void tell(KernelEvent event) {
        for (Consumer<? super KernelEvent> listener : listeners) {
            try {
                listener.accept(event);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed at {}: {}", event, e.toString());
                LOG.debug("the listener's failure", e);
            }
        }
    }

    void forgetListeners() {
        listeners.clear();
    }
}
