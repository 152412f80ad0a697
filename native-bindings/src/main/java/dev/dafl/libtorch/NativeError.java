package dev.dafl.libtorch;

import java.lang.foreign.MemorySegment;

/** Turns an error code of the C ABI into an exception with libtorch's own message. */
final class NativeError {

    private static final boolean HAS_MESSAGE = libtorch_c_h
            .SYMBOL_LOOKUP
            .find("torch_exception_get_what_without_backtrace")
            .isPresent();

    private NativeError() {}

    static void check(int error, String doing) {
        if (error != 0) {
            throw new LibtorchException("libtorch failed " + doing + ": " + takeMessage());
        }
    }

    /** The message of the failure that this thread has just seen. */
    static String takeMessage() {
        if (!HAS_MESSAGE) {
            return "libtorch before 2.13 does not hand out its message; it printed it on standard error";
        }
        MemorySegment what = libtorch_c_h.torch_exception_get_what_without_backtrace();
        return what.address() == 0 ? "no message" : what.getString(0).strip();
    }
}
