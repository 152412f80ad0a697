package dev.dafl.server.client;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a record from outside has everything: what a text leaves out would else be null. */
final class Whole {

    private Whole() {}

    static boolean is(@Nullable Object value) {
        return switch (value) {
            case null -> false;
            case Optional<?> optional -> optional.isEmpty() || is(optional.get());
            case Collection<?> values -> values.stream().allMatch(Whole::is);
            case Map<?, ?> map -> map.values().stream().allMatch(Whole::is);
            case Record whole -> components(whole);
            default -> true;
        };
    }

    private static boolean components(Record whole) {
        try {
            for (RecordComponent component : whole.getClass().getRecordComponents()) {
                if (!is(component.getAccessor().invoke(whole))) {
                    return false;
                }
            }
            return true;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the records of the contract are public", e);
        }
    }
}
