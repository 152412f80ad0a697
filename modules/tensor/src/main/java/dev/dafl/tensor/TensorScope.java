package dev.dafl.tensor;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The owner of tensors. A scope that is {@linkplain #open opened} takes every tensor that its thread makes until it is
 * closed or a scope inside it is opened; closing it frees what it still owns.
 *
 * <pre>{@code
 * try (TensorScope step = TensorScope.open()) {
 *     Tensor loss = model.forward(images, pass).mean();
 *     ...
 * }   // everything made here is freed
 * }</pre>
 *
 * <p>A {@linkplain #detached detached} scope takes only what is moved to it, such as parameters; it may be closed by any
 * thread.
 */
public final class TensorScope implements AutoCloseable {

    private static final ThreadLocal<TensorScope> INNERMOST = new ThreadLocal<>();

    private final boolean attached;
    private final @Nullable TensorScope outer;
    private final Thread thread = Thread.currentThread();
    private Tensor[] owned = new Tensor[16];
    private int count;
    private boolean closed;

    private TensorScope(boolean attached, @Nullable TensorScope outer) {
        this.attached = attached;
        this.outer = outer;
    }

    /** Opens a scope inside the innermost one of this thread. */
    public static TensorScope open() {
        TensorScope scope = new TensorScope(true, INNERMOST.get());
        INNERMOST.set(scope);
        return scope;
    }

    /** A scope that is never the innermost one of a thread. */
    public static TensorScope detached() {
        return new TensorScope(false, null);
    }

    /** How many tensors this scope owns now. */
    public int size() {
        return count;
    }

    /** Whether it is this scope that will free a tensor. */
    public boolean owns(Tensor tensor) {
        return tensor.isOwnedBy(this);
    }

    /**
     * Frees what this scope owns, newest first. Closing again does nothing. What libtorch cannot free is thrown after all
     * the others are freed.
     *
     * @throws IllegalStateException when a scope inside it is still open, or another thread opened it
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (attached) {
            if (thread != Thread.currentThread()) {
                throw new IllegalStateException("a TensorScope of thread " + thread.getName() + " cannot be closed by "
                        + Thread.currentThread().getName());
            }
            if (INNERMOST.get() != this) {
                throw new IllegalStateException("a TensorScope inside this one is still open; close scopes in reverse"
                        + " order, best with try-with-resources");
            }
            if (outer == null) {
                INNERMOST.remove();
            } else {
                INNERMOST.set(outer);
            }
        }
        Tensor[] left;
        int leftCount;
        synchronized (this) {
            closed = true;
            left = owned;
            leftCount = count;
            owned = new Tensor[0];
            count = 0;
        }
        newestFirst(left, leftCount, Tensor::free);
    }

    /** One that cannot be freed keeps no other from it: the first failure is thrown at the end, the others suppressed in it. */
    static <T> void newestFirst(T[] owned, int count, Consumer<T> free) {
        RuntimeException failure = null;
        for (int i = count - 1; i >= 0; i--) {
            try {
                free.accept(owned[i]);
            } catch (RuntimeException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    static TensorScope innermost() {
        TensorScope scope = INNERMOST.get();
        if (scope == null) {
            throw new IllegalStateException(
                    "no TensorScope is open on thread " + Thread.currentThread().getName()
                            + ": wrap the code that makes tensors in try (TensorScope scope = TensorScope.open()) { ... }");
        }
        return scope;
    }

    static TensorScope aroundInnermost() {
        TensorScope around = innermost().outer;
        if (around == null) {
            throw new IllegalStateException("there is no TensorScope around the innermost one of thread "
                    + Thread.currentThread().getName());
        }
        return around;
    }

    /** Takes a tensor and gives its place, by which {@link #remove} finds it. */
    synchronized int add(Tensor tensor) {
        if (closed) {
            throw new IllegalStateException("this TensorScope is closed and takes no more tensors");
        }
        if (count == owned.length) {
            owned = Arrays.copyOf(owned, count * 2);
        }
        owned[count] = tensor;
        return count++;
    }

    synchronized void remove(int place) {
        Tensor last = owned[--count];
        owned[place] = last;
        last.place = place;
        owned[count] = null;
    }
}
