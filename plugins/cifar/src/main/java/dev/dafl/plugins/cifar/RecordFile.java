package dev.dafl.plugins.cifar;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * One of the binary files: so many images in a row, which go to a place in a split.
 *
 * @param name of the file, without a folder
 * @param images that it has to hold
 * @param target split that its images belong to
 * @param start index of its first image there
 */
record RecordFile(String name, int images, Images target, int start) {

    /** Images and labels of a split while they are read; what is beyond its end is not wanted. */
    record Images(byte[] pixels, long[] labels) {

        static Images of(int count) {
            return new Images(new byte[Math.multiplyExact(count, RecordLayout.PIXELS)], new long[count]);
        }
    }

    boolean wanted() {
        return start < target.labels().length;
    }

    /**
     * Reads what is wanted of it.
     *
     * @param at the file for messages, such as {@code archive.tar.gz: data_batch_1.bin}
     * @param size of the content in bytes
     * @throws UnsoundFileException when it has another size or has a label that does not exist
     * @throws IOException when the content cannot be read or ends before its size
     */
    void read(InputStream content, long size, String at, RecordLayout layout) throws IOException {
        long due = (long) images * layout.bytes();
        if (size != due) {
            throw new UnsoundFileException(at + (size < due ? " is cut off: " : " is damaged: ") + size
                    + " bytes are there, and " + images + " images take " + due);
        }
        DataInputStream in = new DataInputStream(new BufferedInputStream(content, 1 << 16));
        int count = Math.min(images, target.labels().length - start);
        for (int i = 0; i < count; i++) {
            for (int classes : layout.classes()) {
                int label = in.readUnsignedByte();
                if (label >= classes) {
                    throw new UnsoundFileException(at + " is damaged: a label of image " + i + " is " + label
                            + ", and they go from 0 to " + (classes - 1));
                }
                target.labels()[start + i] = label; // the last is the finest
            }
            in.readFully(target.pixels(), (start + i) * RecordLayout.PIXELS, RecordLayout.PIXELS);
        }
    }
}
