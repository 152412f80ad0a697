package dev.dafl.engine.tracking;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The messages of TensorFlow's {@code event.proto}, {@code summary.proto} and {@code tensor.proto} that TensorBoard draws from;
 * the numbers are those of their fields.
 */
final class EventRecord {

    /** Most messages are small, and there are many. */
    private static final int BUFFER = 128;

    private static final int WALL_TIME = 1;
    private static final int STEP = 2;
    private static final int FILE_VERSION = 3;
    private static final int SUMMARY = 5;
    private static final int SESSION_LOG = 7;
    private static final int SESSION_STATUS = 1;
    private static final int SESSION_START = 1;

    private static final int SUMMARY_VALUE = 1;
    private static final int VALUE_TAG = 1;
    private static final int VALUE_SIMPLE = 2;
    private static final int VALUE_IMAGE = 4;
    private static final int VALUE_TENSOR = 8;
    private static final int VALUE_METADATA = 9;

    private static final int IMAGE_HEIGHT = 1;
    private static final int IMAGE_WIDTH = 2;
    private static final int IMAGE_COLORSPACE = 3;
    private static final int IMAGE_ENCODED = 4;
    private static final int RGB = 3;

    private static final int METADATA_PLUGIN = 1;
    private static final int PLUGIN_NAME = 1;

    private static final int TENSOR_TYPE = 1;
    private static final int TENSOR_SHAPE = 2;
    private static final int TENSOR_STRINGS = 8;
    private static final int STRINGS = 7;

    /** Of a PNG: its signature, then the length and name of the first chunk, which begins with width and height. */
    private static final int PNG_WIDTH = 16;

    private static final int PNG_HEIGHT = 20;

    private EventRecord() {}

    /** A part of a message. */
    @FunctionalInterface
    private interface Part {

        void write(CodedOutputStream out) throws IOException;
    }

    /** What a file begins with. */
    static byte[] version(double wallTime) {
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeString(FILE_VERSION, "brain.Event:2");
        });
    }

    /** A process begins: of what an earlier one has told, all from this step on holds no more. */
    static byte[] start(double wallTime, long step) {
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeInt64(STEP, step);
            out.writeByteArray(SESSION_LOG, message(log -> log.writeEnum(SESSION_STATUS, SESSION_START)));
        });
    }

    /** Numbers by their tags; TensorBoard keeps them as float32. */
    static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
        return summary(wallTime, step, out -> {
            for (Map.Entry<String, Double> value : values.entrySet()) {
                out.writeByteArray(SUMMARY_VALUE, message(v -> {
                    v.writeString(VALUE_TAG, value.getKey());
                    v.writeFloat(VALUE_SIMPLE, value.getValue().floatValue());
                }));
            }
        });
    }

    /** @param png a whole file */
    static byte[] image(double wallTime, long step, String tag, byte[] png) {
        ByteBuffer head = ByteBuffer.wrap(png);
        byte[] image = message(out -> {
            out.writeInt32(IMAGE_HEIGHT, head.getInt(PNG_HEIGHT));
            out.writeInt32(IMAGE_WIDTH, head.getInt(PNG_WIDTH));
            out.writeInt32(IMAGE_COLORSPACE, RGB);
            out.writeByteArray(IMAGE_ENCODED, png);
        });
        return value(wallTime, step, tag, out -> out.writeByteArray(VALUE_IMAGE, image));
    }

    /** @param markdown that is shown as such */
    static byte[] text(double wallTime, long step, String tag, String markdown) {
        byte[] tensor = message(out -> {
            out.writeEnum(TENSOR_TYPE, STRINGS);
            // Of no dimension: of a list TensorBoard makes a table.
            out.writeByteArray(TENSOR_SHAPE, new byte[0]);
            out.writeBytes(TENSOR_STRINGS, ByteString.copyFromUtf8(markdown));
        });
        byte[] plugin = message(out -> out.writeString(PLUGIN_NAME, "text"));
        return value(wallTime, step, tag, out -> {
            out.writeByteArray(VALUE_TENSOR, tensor);
            out.writeByteArray(VALUE_METADATA, message(metadata -> metadata.writeByteArray(METADATA_PLUGIN, plugin)));
        });
    }

    private static byte[] value(double wallTime, long step, String tag, Part content) {
        return summary(
                wallTime,
                step,
                out -> out.writeByteArray(SUMMARY_VALUE, message(value -> {
                    value.writeString(VALUE_TAG, tag);
                    content.write(value);
                })));
    }

    private static byte[] summary(double wallTime, long step, Part values) {
        return message(out -> {
            out.writeDouble(WALL_TIME, wallTime);
            out.writeInt64(STEP, step);
            out.writeByteArray(SUMMARY, message(values));
        });
    }

    private static byte[] message(Part part) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes, BUFFER);
        try {
            part.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory that cannot be written", e);
        }
        return bytes.toByteArray();
    }
}
