package dev.dafl.tensor.pickle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pickles are what CPython 3.11's {@code pickle.dumps} gives, written with a character a byte. */
class UnpicklerTest {

    /** Tells of calls in place of making them. */
    private static final PickleReader TELLING = new PickleReader() {
        @Override
        public Value persistent(Value id) {
            return new Other("outside: " + id.described());
        }

        @Override
        public Value call(Global function, Tuple arguments) {
            return new Other(function.fullName() + " of " + arguments.items().size());
        }

        @Override
        public Value make(Global type, Tuple arguments) {
            return new Built(type);
        }
    };

    /** {@code {"a": [1, -2, 3.5, None, True], "b": ("x", b"y", 2**70, -(2**40))}} in each protocol. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `(dp0\\nVa\\np1\\n(lp2\\nI1\\naI-2\\naF3.5\\naNaI01\\nasVb\\np3\\n(Vx\\np4\\nc_codecs\\nencode\\np5\\n(Vy\\np6\\nVlatin1\\np7\\ntp8\\nRp9\\nL1180591620717411303424L\\nL-1099511627776L\\ntp10\\ns.`
            `}q\\0(X\\1\\0\\0\\0aq\\1]q\\2(K\\1J\\376\\377\\377\\377G@\\14\\0\\0\\0\\0\\0\\0NI01\\neX\\1\\0\\0\\0bq\\3(X\\1\\0\\0\\0xq\\4c_codecs\\nencode\\nq\\5(X\\1\\0\\0\\0yq\\6X\\6\\0\\0\\0latin1q\\7tq\\bRq\\tL1180591620717411303424L\\nL-1099511627776L\\ntq\\nu.`
            `\\200\\2}q\\0(X\\1\\0\\0\\0aq\\1]q\\2(K\\1J\\376\\377\\377\\377G@\\14\\0\\0\\0\\0\\0\\0N\\210eX\\1\\0\\0\\0bq\\3(X\\1\\0\\0\\0xq\\4c_codecs\\nencode\\nq\\5X\\1\\0\\0\\0yq\\6X\\6\\0\\0\\0latin1q\\7\\206q\\bRq\\t\\212\\t\\0\\0\\0\\0\\0\\0\\0\\0@\\212\\6\\0\\0\\0\\0\\0\\377tq\\nu.`
            `\\200\\4\\225A\\0\\0\\0\\0\\0\\0\\0}\\224(\\214\\1a\\224]\\224(K\\1J\\376\\377\\377\\377G@\\14\\0\\0\\0\\0\\0\\0N\\210e\\214\\1b\\224(\\214\\1x\\224C\\1y\\224\\212\\t\\0\\0\\0\\0\\0\\0\\0\\0@\\212\\6\\0\\0\\0\\0\\0\\377t\\224u.`
            """)
    void plainValuesOfEveryProtocolAreRead(String pickle) {
        var named = assertInstanceOf(Dictionary.class, read(pickle.translateEscapes()))
                .named();
        assertEquals(List.of("a", "b"), List.copyOf(named.keySet()));
        List<Value> list = assertInstanceOf(Sequence.class, named.get("a")).items();
        assertEquals(5, list.size());
        assertEquals(new Int(BigInteger.ONE), list.get(0));
        assertEquals(new Int(BigInteger.valueOf(-2)), list.get(1));
        assertEquals("None", list.get(3).described());
        List<Value> tuple = assertInstanceOf(Tuple.class, named.get("b")).items();
        assertEquals(new Text("x"), tuple.get(0));
        assertEquals(new Int(BigInteger.TWO.pow(70)), tuple.get(2));
        assertEquals(new Int(BigInteger.TWO.pow(40).negate()), tuple.get(3));
    }

    @Test
    void aListThatHoldsItselfIsReadAsWhatItIs() {
        Sequence knot = assertInstanceOf(Sequence.class, read("\200\2]q\0h\0a."));
        assertSame(knot, knot.items().getFirst());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `cos\\nsystem\\n(S'id'\\ntR.`                      | os.system of 1
            `(S'id'\\nios\\nsystem\\n.`                        | os.system of 1
            `(cos\\nsystem\\nS'id'\\no.`                       | os.system of 1
            `\\200\\4\\214\\2os\\214\\6system\\223\\214\\2id\\205R.` | os.system of 1
            `c__builtin__\\neval\\n(S'1'\\ntR.`                | builtins.eval of 1
            `\\200\\2K\\1Q.`                                   | outside: a number
            `P7\\n.`                                           | outside: a text
            `\\200\\2cos\\nsystem\\n)\\201.`                   | an object of os.system
            `\\200\\2cos\\nsystem\\n)}\\222.`                  | an object of os.system
            """)
    void callsInEverySpellingComeToTheReader(String pickle, String told) {
        assertEquals(told, read(pickle.translateEscapes()).described());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                          | is damaged: its pickle ends in the middle; was it cut off?
            `\\200`                     | is damaged: its pickle ends in the middle
            `\\200\\6.`                 | cannot be read: its pickle is of protocol 6; up to 5 are known
            `.`                         | is damaged: its pickle takes a value where there is none
            `(.`                        | is damaged: its pickle takes a value where there is none
            `N(\\205.`                  | is damaged: its pickle takes a value where there is none
            `t.`                        | is damaged: its pickle ends a group that it did not begin
            `h\\7.`                     | is damaged: its pickle asks for a value that was not there before
            `g-1\\n.`                   | is damaged: its pickle asks for a value that was not there before
            `gx\\n.`                    | is damaged: its pickle has a number that is none
            `I1x\\n.`                   | is damaged: its pickle has a number that is none
            `X\\377\\377\\377\\377a.`   | is damaged: its pickle ends in the middle
            `\\215\\0\\0\\0\\0\\0\\0\\0\\200.` | is damaged: its pickle ends in the middle
            `\\213\\377\\377\\377\\177.` | is damaged: its pickle ends in the middle
            `K\\1K\\2a.`                | is damaged: its pickle appends to a number
            `}(K\\1u.`                  | is damaged: its pickle has a key without a value
            `K\\1(K\\1K\\2u.`           | is damaged: its pickle sets items of a number
            `K\\1)R.`                   | would call a number, which is no function with a name
            `cos\\nsystem\\nK\\1R.`     | is damaged: its pickle calls something with a number where a tuple is due
            `K\\1K\\2\\223.`            | is damaged: its pickle has a number where the name of a class is due
            `(o.`                       | would call nothing, which is no function with a name
            `\\202\\1.`                 | cannot be read: its pickle names something by a number that only the program
            `\\227.`                    | cannot be read: its pickle has parts outside of the file
            `\\377.`                    | is damaged: its pickle has the byte 0xff where a step is due
            `Sabc\\n.`                  | is damaged: its pickle has a text without quotes
            """)
    void aPickleThatIsNotSoundIsRefused(String pickle, String problem) {
        String message = assertThrows(RefusedFileException.class, () -> read(pickle.translateEscapes()))
                .getMessage();
        assertTrue(message.startsWith(problem), message);
    }

    /** A billion values in a hundred bytes, were they not the same ones; and a hundred million ones that are not. */
    @Test
    void bombsAreHarmlessOrRefused() {
        String doubling = "\200\2]q\0" + "(h\0h\0h\0h\0h\0h\0h\0h\0lq\0".repeat(100) + ".";
        assertInstanceOf(Sequence.class, read(doubling));
        assertTrue(assertThrows(RefusedFileException.class, () -> read("]".repeat(5_000_000)))
                .getMessage()
                .contains("makes more than 4000000 values"));
        assertTrue(assertThrows(RefusedFileException.class, () -> read("N0".repeat(11_000_000)))
                .getMessage()
                .contains("more than 20000000 steps"));
        assertTrue(assertThrows(RefusedFileException.class, () -> read("I" + "1".repeat(1_000_000) + "\n."))
                .getMessage()
                .contains("a line of 1000000 bytes"));
        assertEquals("a long text", read("V" + "a".repeat(100_000) + "\n.").described());
    }

    private static Value read(String pickle) {
        byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
        return Unpickler.read(MemorySegment.ofArray(bytes), 0, TELLING).value();
    }
}
