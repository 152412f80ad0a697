package dev.dafl.tensor.pickle;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.pickle.Value.Built;
import dev.dafl.tensor.pickle.Value.Dictionary;
import dev.dafl.tensor.pickle.Value.Global;
import dev.dafl.tensor.pickle.Value.Int;
import dev.dafl.tensor.pickle.Value.Other;
import dev.dafl.tensor.pickle.Value.Sequence;
import dev.dafl.tensor.pickle.Value.Text;
import dev.dafl.tensor.pickle.Value.Tuple;
import java.lang.foreign.MemorySegment;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The stack machine that a pickle is a program for, as in Python's {@code pickletools}, for data alone: it makes values, looks
 * nothing up and calls nothing. However it was edited, a pickle ends in a value or in a {@link RefusedFileException}, within bounded
 * time and memory.
 */
public final class Unpickler {

    private static final int NEWEST_PROTOCOL = 5;

    /** Steps of one pickle; a state dict of 10,000 tensors with its optimizer has about a million. */
    private static final int MOST_STEPS = 20_000_000;
    /** Of the steps, those that keep something on Java's heap. */
    private static final int MOST_VALUES = 4_000_000;

    private static final int MOST_ON_STACK = 5_000_000;
    private static final int LONGEST_TEXT = 65_535;
    /** Digits or bytes of a number. */
    private static final int LONGEST_NUMBER = 100;

    private static final Value NONE = new Other("None");
    private static final Value BOOLEAN = new Other("a truth value");
    private static final Value REAL = new Other("a number with a fraction");
    private static final Value LARGE = new Other("a large number");
    private static final Value BYTES = new Other("bytes");
    private static final Value LONG_TEXT = new Other("a long text");
    private static final Value SET = new Other("a set");

    private final PickleInput in;
    private final PickleReader reader;
    private final List<Value> stack = new ArrayList<>();
    /** How high the stack was at each mark that is open. */
    private final List<Integer> marks = new ArrayList<>();

    private final Map<Long, Value> memo = new HashMap<>();
    private int kept;

    private Unpickler(PickleInput in, PickleReader reader) {
        this.in = in;
        this.reader = reader;
    }

    /**
     * One pickle.
     *
     * @param end where it ends in the bytes
     */
    public record Pickle(Value value, long end) {}

    /**
     * Reads the pickle that begins at {@code start}.
     *
     * @throws RefusedFileException when it is damaged, and what {@code reader} throws
     */
    public static Pickle read(MemorySegment bytes, long start, PickleReader reader) {
        PickleInput in = new PickleInput(bytes, start);
        Value value = new Unpickler(in, reader).run();
        return new Pickle(value, in.position());
    }

    private Value run() {
        for (int steps = 0; steps < MOST_STEPS; steps++) {
            int code = in.unsignedByte();
            if (code == '.') {
                return pop();
            }
            step(code);
        }
        throw new RefusedFileException(
                "cannot be read: its pickle has more than " + MOST_STEPS + " steps, which no weights need");
    }

    private void step(int code) {
        switch (code) {
            case 0x80 -> protocol(in.unsignedByte());
            case 0x95 -> in.skip(Long.BYTES); // a frame, for reading ahead

            // the stack
            case '(' -> marks.add(stack.size());
            case '0' -> discard();
            case '1' -> popToMark();
            case '2' -> push(peek());

            // plain values
            case 'N' -> push(NONE);
            case 0x88, 0x89 -> push(BOOLEAN);
            case 'I' -> push(line0());
            case 'L' -> push(number(line(LONGEST_NUMBER)));
            case 'J' -> keep(Int.of(in.signedInt()));
            case 'K' -> keep(Int.of(in.unsignedByte()));
            case 'M' -> keep(Int.of(in.unsignedShort()));
            case 0x8a -> large(in.unsignedByte());
            case 0x8b -> large(in.length4());
            case 'F' -> {
                line(LONGEST_TEXT);
                push(REAL);
            }
            case 'G' -> {
                in.skip(Double.BYTES);
                push(REAL);
            }

            // texts and bytes
            case 'S' -> keep(new Text(unquoted(line(LONGEST_TEXT))));
            case 'V' -> textLine();
            case 'T' -> text(in.length4(), StandardCharsets.ISO_8859_1);
            case 'U' -> text(in.unsignedByte(), StandardCharsets.ISO_8859_1);
            case 'X' -> text(in.length4(), StandardCharsets.UTF_8);
            case 0x8c -> text(in.unsignedByte(), StandardCharsets.UTF_8);
            case 0x8d -> text(in.length8(), StandardCharsets.UTF_8);
            case 'B' -> bytes(in.length4());
            case 'C' -> bytes(in.unsignedByte());
            case 0x8e, 0x96 -> bytes(in.length8());
            case 0x97, 0x98 ->
                throw new RefusedFileException(
                        "cannot be read: its pickle has parts outside of the file, which torch.save never does");

            // containers
            case ')' -> keep(new Tuple(List.of()));
            case 't' -> keep(new Tuple(popToMark()));
            case 0x85 -> keep(new Tuple(popLast(1)));
            case 0x86 -> keep(new Tuple(popLast(2)));
            case 0x87 -> keep(new Tuple(popLast(3)));
            case ']' -> keep(new Sequence());
            case 'l' -> {
                Sequence list = new Sequence();
                list.items.addAll(popToMark());
                keep(list);
            }
            case 'a' -> append(popLast(1));
            case 'e' -> append(popToMark());
            case '}' -> keep(new Dictionary());
            case 'd' -> {
                Dictionary dictionary = new Dictionary();
                putAll(dictionary, popToMark());
                keep(dictionary);
            }
            case 's' -> setItems(popLast(2));
            case 'u' -> setItems(popToMark());
            case 0x8f -> push(SET);
            case 0x90 -> popToMark(); // into a set, whose elements nobody asks for
            case 0x91 -> {
                popToMark();
                push(SET);
            }

            // what was there before
            case 'p' -> memoize(index(line(LONGEST_NUMBER)));
            case 'q' -> memoize(in.unsignedByte());
            case 'r' -> memoize(in.length4());
            case 0x94 -> memoize(memo.size());
            case 'g' -> push(remembered(index(line(LONGEST_NUMBER))));
            case 'h' -> push(remembered(in.unsignedByte()));
            case 'j' -> push(remembered(in.length4()));

            // what is outside
            case 'P' -> keep(reader.persistent(new Text(line(LONGEST_TEXT))));
            case 'Q' -> keep(reader.persistent(pop()));
            case 'c' -> {
                String module = line(LONGEST_TEXT);
                keep(PythonNames.global(module, line(LONGEST_TEXT)));
            }
            case 0x93 -> {
                String name = popText();
                keep(PythonNames.global(popText(), name));
            }
            case 0x82, 0x83, 0x84 ->
                throw new RefusedFileException(
                        "cannot be read: its pickle names something by a number that only the program that wrote it knows");

            // what Python would make and call
            case 'R' -> {
                Tuple arguments = popTuple();
                keep(reader.call(popGlobal(), arguments));
            }
            case 'i' -> {
                String module = line(LONGEST_TEXT);
                Global function = PythonNames.global(module, line(LONGEST_TEXT));
                keep(reader.call(function, new Tuple(popToMark())));
            }
            case 'o' -> {
                List<Value> parts = popToMark();
                if (parts.isEmpty() || !(parts.getFirst() instanceof Global function)) {
                    throw noFunction(
                            parts.isEmpty() ? "nothing" : parts.getFirst().described());
                }
                keep(reader.call(function, new Tuple(parts.subList(1, parts.size()))));
            }
            case 0x81 -> {
                Tuple arguments = popTuple();
                keep(reader.make(popGlobal(), arguments));
            }
            case 0x92 -> {
                pop(); // arguments by name
                Tuple arguments = popTuple();
                keep(reader.make(popGlobal(), arguments));
            }
            case 'b' -> {
                Value state = pop();
                if (peek() instanceof Built built) {
                    built.set(state);
                }
            }
            default ->
                throw RefusedFileException.damaged(
                        "its pickle has the byte 0x%02x where a step is due".formatted(code));
        }
    }

    private static void protocol(int protocol) {
        if (protocol > NEWEST_PROTOCOL) {
            throw new RefusedFileException("cannot be read: its pickle is of protocol " + protocol + "; up to "
                    + NEWEST_PROTOCOL + " are known");
        }
    }

    // ---- the stack

    private void push(Value value) {
        if (stack.size() >= MOST_ON_STACK) {
            throw tooMuch();
        }
        stack.add(value);
    }

    /** Pushes a value that is new on the heap. */
    private void keep(Value value) {
        count();
        push(value);
    }

    private void count() {
        if (++kept > MOST_VALUES) {
            throw tooMuch();
        }
    }

    private static RefusedFileException tooMuch() {
        return new RefusedFileException(
                "cannot be read: its pickle makes more than " + MOST_VALUES + " values, which no weights need");
    }

    private Value pop() {
        Value top = peek();
        stack.removeLast();
        return top;
    }

    private Value peek() {
        // What lies below a mark belongs to a step that is still to come.
        if (stack.size() <= (marks.isEmpty() ? 0 : marks.getLast())) {
            throw RefusedFileException.damaged("its pickle takes a value where there is none");
        }
        return stack.getLast();
    }

    /** Takes off the top, which may be a mark. */
    private void discard() {
        if (!marks.isEmpty() && marks.getLast() == stack.size()) {
            marks.removeLast();
        } else {
            pop();
        }
    }

    private List<Value> popToMark() {
        if (marks.isEmpty()) {
            throw RefusedFileException.damaged("its pickle ends a group that it did not begin");
        }
        return popFrom(marks.removeLast());
    }

    private List<Value> popLast(int count) {
        int from = stack.size() - count;
        if (from < (marks.isEmpty() ? 0 : marks.getLast())) {
            throw RefusedFileException.damaged("its pickle takes a value where there is none");
        }
        return popFrom(from);
    }

    private List<Value> popFrom(int from) {
        List<Value> top = stack.subList(from, stack.size());
        List<Value> taken = List.copyOf(top);
        top.clear();
        return taken;
    }

    private Tuple popTuple() {
        return switch (pop()) {
            case Tuple tuple -> tuple;
            case Value other ->
                throw RefusedFileException.damaged(
                        "its pickle calls something with " + other.described() + " where a tuple is due");
        };
    }

    private Global popGlobal() {
        return switch (pop()) {
            case Global global -> global;
            case Value other -> throw noFunction(other.described());
        };
    }

    private String popText() {
        return switch (pop()) {
            case Text(String text) -> text;
            case Value other ->
                throw RefusedFileException.damaged(
                        "its pickle has " + other.described() + " where the name of a class is due");
        };
    }

    private static RefusedFileException noFunction(String described) {
        return new RefusedFileException("would call " + described + ", which is no function with a name");
    }

    // ---- values

    private void text(long length, Charset charset) {
        if (length > LONGEST_TEXT) {
            in.skip(length);
            push(LONG_TEXT);
        } else {
            keep(new Text(in.text(length, charset)));
        }
    }

    private void textLine() {
        long length = in.lineLength();
        if (length > LONGEST_TEXT) {
            in.skip(length + 1);
            push(LONG_TEXT);
        } else {
            // Its escapes are left as they are: only what is no plain text has any.
            keep(new Text(line(LONGEST_TEXT)));
        }
    }

    private void bytes(long length) {
        in.skip(length);
        push(BYTES);
    }

    private void large(long length) {
        if (length > LONGEST_NUMBER) {
            in.skip(length);
            push(LARGE);
            return;
        }
        byte[] littleEndian = in.array(length);
        byte[] bigEndian = new byte[littleEndian.length + 1];
        for (int i = 0; i < littleEndian.length; i++) {
            bigEndian[littleEndian.length - i] = littleEndian[i];
        }
        bigEndian[0] = (byte) (littleEndian.length > 0 && littleEndian[littleEndian.length - 1] < 0 ? -1 : 0);
        keep(new Int(new BigInteger(bigEndian)));
    }

    /** A number of protocol 0, in which 00 and 01 are truth values. */
    private Value line0() {
        String line = line(LONGEST_NUMBER);
        return line.equals("00") || line.equals("01") ? BOOLEAN : number(line);
    }

    private Value number(String line) {
        count();
        try {
            return new Int(new BigInteger(line.endsWith("L") ? line.substring(0, line.length() - 1) : line));
        } catch (NumberFormatException e) {
            throw RefusedFileException.damaged("its pickle has a number that is none");
        }
    }

    private static long index(String line) {
        try {
            return Long.parseLong(line);
        } catch (NumberFormatException e) {
            throw RefusedFileException.damaged("its pickle has a number that is none");
        }
    }

    private String line(int longest) {
        long length = in.lineLength();
        if (length > longest) {
            throw RefusedFileException.damaged("its pickle has a line of " + length + " bytes");
        }
        String line = in.text(length, StandardCharsets.UTF_8);
        in.skip(1);
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }

    private static String unquoted(String line) {
        boolean quoted = line.length() > 1
                && (line.startsWith("'") || line.startsWith("\""))
                && line.charAt(0) == line.charAt(line.length() - 1);
        if (!quoted) {
            throw RefusedFileException.damaged("its pickle has a text without quotes");
        }
        return line.substring(1, line.length() - 1);
    }

    // ---- containers

    private void append(List<Value> values) {
        switch (peek()) {
            case Sequence list -> list.items.addAll(values);
            // What extends a list, a set or a deque: nobody asks for its elements.
            case Built _, Other _ -> {}
            case Value other -> throw RefusedFileException.damaged("its pickle appends to " + other.described());
        }
    }

    private void setItems(List<Value> pairs) {
        switch (peek()) {
            case Dictionary dictionary -> putAll(dictionary, pairs);
            case Built built -> putAll(built.items(), pairs);
            case Value other -> throw RefusedFileException.damaged("its pickle sets items of " + other.described());
        }
    }

    private static void putAll(Dictionary dictionary, List<Value> pairs) {
        if (pairs.size() % 2 != 0) {
            throw RefusedFileException.damaged("its pickle has a key without a value");
        }
        for (int i = 0; i < pairs.size(); i += 2) {
            dictionary.put(pairs.get(i), pairs.get(i + 1));
        }
    }

    // ---- what was there before

    private void memoize(long index) {
        count();
        memo.put(index, peek());
    }

    private Value remembered(long index) {
        Value value = memo.get(index);
        if (value == null) {
            throw RefusedFileException.damaged("its pickle asks for a value that was not there before");
        }
        return value;
    }
}
