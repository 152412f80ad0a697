package dev.dafl.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NoLeaks.class)
class TensorScopeTest {

    @Test
    void freesWhatWasMadeInIt() {
        Tensor inner;
        try (TensorScope outer = TensorScope.open()) {
            Tensor kept = tensor();
            try (TensorScope scope = TensorScope.open()) {
                inner = kept.relu();
                assertEquals(1, scope.size());
            }
            assertTrue(inner.isClosed());
            assertFalse(kept.isClosed());
            assertEquals(1, outer.size());
        }
    }

    @Test
    void whatIsMovedOutlivesIt() {
        TensorScope store = TensorScope.detached();
        Tensor kept;
        try (TensorScope _ = TensorScope.open()) {
            kept = tensor().moveTo(store);
            try (TensorScope _ = TensorScope.open()) {
                assertEquals(3, kept.sum().toOuter().item());
            }
        }
        assertFalse(kept.isClosed());
        store.close();
        assertTrue(kept.isClosed());
    }

    @Test
    void movingWhereItIsChangesNothing() {
        Tensor first;
        Tensor second;
        try (TensorScope scope = TensorScope.open()) {
            first = tensor();
            second = tensor();
            assertSame(first, first.moveTo(scope));
            assertSame(second, second.moveTo(scope));
            assertEquals(2, scope.size());
        }
        assertTrue(first.isClosed());
        assertTrue(second.isClosed());
    }

    @Test
    void oneThatCannotBeFreedKeepsNoOtherFromIt() {
        List<String> freed = new ArrayList<>();
        IllegalStateException failure = assertThrows(
                IllegalStateException.class,
                () -> TensorScope.newestFirst(new String[] {"a", "bad 1", "c", "bad 2", "e", "unused"}, 5, name -> {
                    if (name.startsWith("bad")) {
                        throw new IllegalStateException(name);
                    }
                    freed.add(name);
                }));
        assertEquals(List.of("e", "c", "a"), freed);
        assertEquals("bad 2", failure.getMessage());
        assertEquals("bad 1", failure.getSuppressed()[0].getMessage());
    }

    @Test
    void scopesCloseInReverseOrder() {
        TensorScope outer = TensorScope.open();
        TensorScope inner = TensorScope.open();
        assertThrows(IllegalStateException.class, outer::close);
        inner.close();
        inner.close();
        outer.close();
    }

    @Test
    void anotherThreadCannotCloseAnOpenScope() {
        try (TensorScope scope = TensorScope.open()) {
            CompletionException e = assertThrows(
                    CompletionException.class,
                    () -> CompletableFuture.runAsync(scope::close).join());
            assertInstanceOf(IllegalStateException.class, e.getCause());
        }
    }

    @Test
    void withoutAScopeNoTensorIsMade() {
        assertThrows(IllegalStateException.class, TensorScopeTest::tensor);
    }

    @Test
    void aClosedStoreTakesNothing() {
        TensorScope store = TensorScope.detached();
        store.close();
        try (TensorScope _ = TensorScope.open()) {
            Tensor tensor = tensor();
            assertThrows(IllegalStateException.class, () -> tensor.moveTo(store));
            tensor.close();
        }
    }

    @Test
    void anyOrderOfClosingAndMovingKeepsTheBooks() {
        Random random = new Random(7);
        TensorScope store = TensorScope.detached();
        try (TensorScope scope = TensorScope.open()) {
            List<Tensor> inScope = new ArrayList<>();
            int stored = 0;
            for (int i = 0; i < 500; i++) {
                inScope.add(tensor());
                if (random.nextInt(3) == 0) {
                    inScope.remove(random.nextInt(inScope.size())).close();
                }
                if (random.nextInt(4) == 0 && !inScope.isEmpty()) {
                    inScope.remove(random.nextInt(inScope.size())).moveTo(store);
                    stored++;
                }
            }
            assertEquals(inScope.size(), scope.size());
            assertEquals(stored, store.size());
            assertTrue(inScope.stream().noneMatch(Tensor::isClosed));
        }
        store.close();
    }

    private static Tensor tensor() {
        return Tensor.of(new float[] {1, 2}, 2);
    }
}
