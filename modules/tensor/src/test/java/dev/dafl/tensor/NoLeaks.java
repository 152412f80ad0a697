package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** Each test frees what it makes. */
public final class NoLeaks implements BeforeEachCallback, AfterEachCallback {

    private static final Namespace NAMESPACE = Namespace.create(NoLeaks.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        context.getStore(NAMESPACE).put("live", Tensor.liveCount());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        assertEquals(context.getStore(NAMESPACE).get("live"), Tensor.liveCount(), "tensors alive after the test");
    }
}
