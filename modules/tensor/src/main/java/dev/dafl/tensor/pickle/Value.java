package dev.dafl.tensor.pickle;

import dev.dafl.tensor.words.Quoted;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a pickle describes. A pickle may tie values to knots and nest them without end: they are told apart by identity, never
 * by {@code equals}, and who walks through them counts.
 */
public sealed interface Value {

    /** In words what this is, such as {@code a list}. */
    String described();

    /** A text; those of 65,536 bytes and more, which are neither names nor keys, are {@link Other}. */
    record Text(String text) implements Value {

        @Override
        public String described() {
            return "a text";
        }
    }

    record Int(BigInteger value) implements Value {

        static Int of(long value) {
            return new Int(BigInteger.valueOf(value));
        }

        /** The number where it is one of 64 bits with a sign. */
        public Optional<Long> asLong() {
            return value.bitLength() < Long.SIZE ? Optional.of(value.longValue()) : Optional.empty();
        }

        @Override
        public String described() {
            return "a number";
        }
    }

    /** A value whose kind alone matters here: None, a number with a fraction, bytes, a set. */
    record Other(String described) implements Value {}

    record Tuple(List<Value> items) implements Value {

        @Override
        public String described() {
            return "a tuple of " + items.size();
        }
    }

    /** A list, which the pickle may still lengthen. */
    final class Sequence implements Value {

        final List<Value> items = new ArrayList<>(0);

        public List<Value> items() {
            return Collections.unmodifiableList(items);
        }

        @Override
        public String described() {
            return "a list of " + items.size();
        }
    }

    /** A dictionary, which the pickle may still fill. */
    final class Dictionary implements Value {

        private final List<Value> keys = new ArrayList<>(0);
        private final List<Value> values = new ArrayList<>(0);

        void put(Value key, Value value) {
            keys.add(key);
            values.add(value);
        }

        /** Of pairs of a key and a value, as tuples or lists; what is no pair is left out. */
        public static Dictionary of(List<Value> pairs) {
            Dictionary dictionary = new Dictionary();
            for (Value pair : pairs) {
                List<Value> parts = switch (pair) {
                    case Tuple(List<Value> items) -> items;
                    case Sequence list -> list.items();
                    case Value _ -> List.of();
                };
                if (parts.size() == 2) {
                    dictionary.put(parts.getFirst(), parts.getLast());
                }
            }
            return dictionary;
        }

        /** What stands under texts, in the order of the pickle; of one text the last. */
        public Map<String, Value> named() {
            Map<String, Value> named = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                if (keys.get(i) instanceof Text(String name)) {
                    named.put(name, values.get(i));
                }
            }
            return named;
        }

        @Override
        public String described() {
            return "a dictionary of " + keys.size();
        }
    }

    /** A function or class of Python's, by its name alone. */
    record Global(String module, String name) implements Value {

        public String fullName() {
            return module + "." + name;
        }

        @Override
        public String described() {
            return Quoted.of(fullName());
        }
    }

    /** An object of a class that is not here: what it would be made from. */
    final class Built implements Value {

        private final Global type;
        private final Dictionary items = new Dictionary();
        private Optional<Value> state = Optional.empty();

        public Built(Global type) {
            this.type = type;
        }

        public Global type() {
            return type;
        }

        /** What is set in it by keys, as in a class that extends Python's {@code dict}. */
        public Dictionary items() {
            return items;
        }

        /** Its attributes; empty where the pickle gives it none. */
        public Optional<Value> state() {
            return state;
        }

        void set(Value attributes) {
            state = Optional.of(attributes);
        }

        @Override
        public String described() {
            return "an object of " + type.described();
        }
    }

    /** What the reader of the pickle made of a call or of a persistent id. */
    non-sealed interface Foreign extends Value {}
}
