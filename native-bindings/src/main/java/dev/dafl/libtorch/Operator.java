package dev.dafl.libtorch;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The name of a registered operator, such as {@code aten::conv2d} or {@code aten::add.Tensor}. Make one per operator and
 * keep it: its C strings live as long as the process, so that a call copies no text.
 */
public final class Operator {

    private final String fullName;
    final MemorySegment name;
    final MemorySegment overload;

    private Operator(String fullName) {
        this.fullName = fullName;
        int dot = fullName.indexOf('.');
        this.name = Arena.global().allocateFrom(dot < 0 ? fullName : fullName.substring(0, dot));
        this.overload = Arena.global().allocateFrom(dot < 0 ? "" : fullName.substring(dot + 1));
    }

    /** @param fullName {@code namespace::name} or {@code namespace::name.overload} */
    public static Operator of(String fullName) {
        return new Operator(fullName);
    }

    @Override
    public String toString() {
        return fullName;
    }
}
