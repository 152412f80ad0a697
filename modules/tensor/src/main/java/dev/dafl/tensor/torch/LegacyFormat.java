package dev.dafl.tensor.torch;

import dev.dafl.tensor.files.RefusedFileException;
import dev.dafl.tensor.pickle.PickleReader;
import dev.dafl.tensor.pickle.Unpickler;
import dev.dafl.tensor.pickle.Unpickler.Pickle;
import dev.dafl.tensor.pickle.Value;
import dev.dafl.tensor.pickle.Value.Int;
import dev.dafl.tensor.pickle.Value.Sequence;
import dev.dafl.tensor.pickle.Value.Text;
import dev.dafl.tensor.words.Quoted;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The format before 1.6, and since then of {@code _use_new_zipfile_serialization=False}: five pickles (a number that tells the
 * format, its version, the machine, the value, the names of the storages), then each storage behind its length.
 */
final class LegacyFormat {

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final BigInteger VERSION = BigInteger.valueOf(1001);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private LegacyFormat() {}

    /** Whether {@code bytes} begin as this format does, with its number in a pickle. */
    static boolean begins(MemorySegment bytes) {
        try {
            return isNumber(
                    Unpickler.read(bytes.asSlice(0, Math.min(64, bytes.byteSize())), 0, plain())
                            .value(),
                    MAGIC);
        } catch (RefusedFileException e) {
            return false;
        }
    }

    static SavedValue read(Path file, MemorySegment bytes) {
        Pickle magic = Unpickler.read(bytes, 0, plain());
        Pickle version = Unpickler.read(bytes, magic.end(), plain());
        if (!isNumber(magic.value(), MAGIC) || !isNumber(version.value(), VERSION)) {
            throw RefusedFileException.damaged("it does not begin as torch.save writes it");
        }
        Pickle machine = Unpickler.read(bytes, version.end(), plain());
        Rebuilding rebuilding = new Rebuilding(file);
        Pickle saved = Unpickler.read(bytes, machine.end(), rebuilding);
        Pickle keys = Unpickler.read(bytes, saved.end(), plain());
        return new SavedValue(saved.value(), storages(rebuilding, keys, bytes), true);
    }

    private static SavedValue.Storages storages(Rebuilding rebuilding, Pickle keys, MemorySegment bytes) {
        if (!(keys.value() instanceof Sequence names)) {
            throw RefusedFileException.damaged(
                    "it has " + keys.value().described() + " where the names of its storages are due");
        }
        Map<String, MemorySegment> places = new HashMap<>();
        long at = keys.end();
        for (Value name : names.items()) {
            StorageReference storage = Optional.of(name)
                    .filter(Text.class::isInstance)
                    .map(text -> rebuilding.storages().get(((Text) text).text()))
                    .orElseThrow(() -> RefusedFileException.damaged("it has a storage that no tensor names"));
            long size = storage.bytes();
            if (bytes.byteSize() - at < Long.BYTES) {
                throw RefusedFileException.damaged("it ends before its storages do; was it cut off?");
            }
            if (bytes.get(LONG, at) != storage.elements()) {
                throw RefusedFileException.damaged("the storage " + Quoted.of(storage.key()) + " is "
                        + bytes.get(LONG, at) + " elements long where its tensors have " + storage.elements());
            }
            at += Long.BYTES;
            if (size > bytes.byteSize() - at) {
                throw RefusedFileException.damaged("it ends before its storages do; was it cut off?");
            }
            places.put(storage.key(), bytes.asSlice(at, size));
            at += size;
        }
        return storage -> Optional.ofNullable(places.get(storage.key()))
                .orElseThrow(() -> RefusedFileException.damaged("it lacks the storage " + Quoted.of(storage.key())));
    }

    private static boolean isNumber(Value value, BigInteger number) {
        return value instanceof Int(BigInteger known) && known.equals(number);
    }

    /** Of pickles that name nothing. */
    private static PickleReader plain() {
        return new PickleReader() {
            @Override
            public Value persistent(Value id) {
                throw unexpected();
            }

            @Override
            public Value call(Value.Global function, Value.Tuple arguments) {
                throw unexpected();
            }

            @Override
            public Value make(Value.Global type, Value.Tuple arguments) {
                throw unexpected();
            }

            private RefusedFileException unexpected() {
                return RefusedFileException.damaged("it has more than plain values before its tensors");
            }
        };
    }
}
