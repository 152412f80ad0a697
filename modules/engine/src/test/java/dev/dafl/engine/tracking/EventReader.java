package dev.dafl.engine.tracking;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.dafl.engine.run.RunEvent.Phase;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Reads event files by the format's description, sharing nothing with what writes them, and takes back as TensorBoard does. */
public final class EventReader {

    private EventReader() {}

    /**
     * A value of an event.
     *
     * @param content a float, or the bytes of an image or a text
     */
    public record Value(String tag, long step, Object content) {}

    /** An event. */
    public record Event(long step, boolean start, String version, List<Value> values) {}

    /** What TensorBoard shows of a phase: values by their tags. */
    public static Map<String, List<Value>> shown(Path run, Phase phase) throws IOException {
        Map<String, List<Value>> shown = new LinkedHashMap<>();
        for (Path file : files(run, phase)) {
            for (Event event : events(Files.readAllBytes(file))) {
                if (event.start()) {
                    shown.values().forEach(values -> values.removeIf(value -> value.step() >= event.step()));
                }
                event.values()
                        .forEach(value -> shown.computeIfAbsent(value.tag(), _ -> new ArrayList<>())
                                .add(value));
            }
        }
        return shown;
    }

    /** The files of a phase in the order in which TensorBoard reads them. */
    public static List<Path> files(Path run, Phase phase) throws IOException {
        Path folder = run.resolve("tensorboard").resolve(phase.name().toLowerCase(Locale.ROOT));
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    /** The events of a file; one that is cut off at the end is left out. */
    public static List<Event> events(byte[] file) throws IOException {
        List<Event> events = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        while (in.remaining() >= 12 && in.remaining() >= 16 + in.getLong(in.position())) {
            byte[] length = new byte[8];
            in.get(length);
            assertEquals(masked(length), in.getInt(), "checksum of the length");
            byte[] data = new byte[(int) in.getLong(in.position() - 12)];
            in.get(data);
            assertEquals(masked(data), in.getInt(), "checksum of the data");
            events.add(event(CodedInputStream.newInstance(data)));
        }
        return events;
    }

    private static int masked(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        long value = crc.getValue();
        return (int) (((value >> 15) | (value << 17)) + 0xa282ead8L);
    }

    private static Event event(CodedInputStream in) throws IOException {
        long step = 0;
        boolean start = false;
        String version = "";
        byte[] summary = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 2 -> step = in.readInt64();
                case 3 -> version = in.readString();
                case 5 -> summary = in.readByteArray();
                case 7 -> start = List.of((byte) 8, (byte) 1).equals(boxed(in.readByteArray()));
                default -> in.skipField(tag);
            }
        }
        return new Event(step, start, version, values(step, CodedInputStream.newInstance(summary)));
    }

    private static List<Byte> boxed(byte[] bytes) {
        List<Byte> boxed = new ArrayList<>();
        for (byte one : bytes) {
            boxed.add(one);
        }
        return boxed;
    }

    private static List<Value> values(long step, CodedInputStream in) throws IOException {
        List<Value> values = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            values.add(value(step, CodedInputStream.newInstance(in.readByteArray())));
        }
        return values;
    }

    private static Value value(long step, CodedInputStream in) throws IOException {
        String name = "";
        Object content = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (WireFormat.getTagFieldNumber(tag)) {
                case 1 -> name = in.readString();
                case 2 -> content = in.readFloat();
                case 4 -> content = field(4, CodedInputStream.newInstance(in.readByteArray()));
                case 8 -> content = new String(field(8, CodedInputStream.newInstance(in.readByteArray())));
                default -> in.skipField(tag);
            }
        }
        return new Value(name, step, content);
    }

    private static byte[] field(int number, CodedInputStream in) throws IOException {
        byte[] found = {};
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == number) {
                found = in.readByteArray();
            } else {
                in.skipField(tag);
            }
        }
        return found;
    }
}
