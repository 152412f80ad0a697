package dev.dafl.plugins.cifar;

import java.util.List;

/**
 * How one image is stored: its labels, a byte each and the finest last, then 32x32 bytes of red, of green and of blue.
 *
 * @param classes how many there are of each label
 */
record RecordLayout(List<Integer> classes) {

    static final int CHANNELS = 3;
    static final int SIDE = 32;
    static final int PIXELS = CHANNELS * SIDE * SIDE;

    RecordLayout {
        classes = List.copyOf(classes);
    }

    int bytes() {
        return classes.size() + PIXELS;
    }
}
