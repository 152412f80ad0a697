package dev.dafl.plugins.tensorboard;

import java.nio.ByteBuffer;
import java.util.Map;

/**
 * The messages of TensorFlow's {@code event.proto}, {@code summary.proto} and {@code tensor.proto} that TensorBoard draws from;
 * the numbers are those of their fields.
 */
final class EventRecord {

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

    /** What a file begins with. */
    static byte[] version(double wallTime) {
        return new Message()
                .real(WALL_TIME, wallTime)
                .text(FILE_VERSION, "brain.Event:2")
                .toBytes();
    }

    /** A process begins: of what an earlier one has told, all from this step on holds no more. */
    static byte[] start(double wallTime, long step) {
        return new Message()
                .real(WALL_TIME, wallTime)
                .whole(STEP, step)
                .message(SESSION_LOG, new Message().whole(SESSION_STATUS, SESSION_START))
                .toBytes();
    }

    /** Numbers by their tags; TensorBoard keeps them as float32. */
    static byte[] scalars(double wallTime, long step, Map<String, Double> values) {
        Message summary = new Message();
        values.forEach((tag, value) -> summary.message(
                SUMMARY_VALUE, new Message().text(VALUE_TAG, tag).real(VALUE_SIMPLE, value.floatValue())));
        return summary(wallTime, step, summary);
    }

    /** @param png a whole file */
    static byte[] image(double wallTime, long step, String tag, byte[] png) {
        ByteBuffer head = ByteBuffer.wrap(png);
        Message image = new Message()
                .whole(IMAGE_HEIGHT, head.getInt(PNG_HEIGHT))
                .whole(IMAGE_WIDTH, head.getInt(PNG_WIDTH))
                .whole(IMAGE_COLORSPACE, RGB)
                .bytes(IMAGE_ENCODED, png);
        Message value = new Message().text(VALUE_TAG, tag).message(VALUE_IMAGE, image);
        return summary(wallTime, step, new Message().message(SUMMARY_VALUE, value));
    }

    /** @param markdown that is shown as such */
    static byte[] text(double wallTime, long step, String tag, String markdown) {
        Message tensor = new Message()
                .whole(TENSOR_TYPE, STRINGS)
                // Of no dimension: of a list TensorBoard makes a table.
                .message(TENSOR_SHAPE, new Message())
                .text(TENSOR_STRINGS, markdown);
        Message plugin = new Message().text(PLUGIN_NAME, "text");
        Message value = new Message()
                .text(VALUE_TAG, tag)
                .message(VALUE_TENSOR, tensor)
                .message(VALUE_METADATA, new Message().message(METADATA_PLUGIN, plugin));
        return summary(wallTime, step, new Message().message(SUMMARY_VALUE, value));
    }

    private static byte[] summary(double wallTime, long step, Message values) {
        return new Message()
                .real(WALL_TIME, wallTime)
                .whole(STEP, step)
                .message(SUMMARY, values)
                .toBytes();
    }
}
