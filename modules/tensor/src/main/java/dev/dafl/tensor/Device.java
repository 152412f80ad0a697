package dev.dafl.tensor;

import dev.dafl.libtorch.LibtorchException;
import dev.dafl.libtorch.TensorHandles;

/**
 * Where a tensor lies and is computed.
 *
 * @param type CPU or CUDA
 * @param index which of the devices of that type, from 0
 */
public record Device(Type type, int index) {

    public static final Device CPU = new Device(Type.CPU, 0);

    /** The kinds of device, with libtorch's numbers. */
    public enum Type {
        CPU(0),
        CUDA(1);

        final int code;

        Type(int code) {
            this.code = code;
        }
    }

    public Device {
        if (index < 0) {
            throw new IllegalArgumentException("a device index is 0 or more, not " + index);
        }
    }

    public static Device cuda(int index) {
        return new Device(Type.CUDA, index);
    }

    /** As the tensors there have it: those of the CPU have none, and to libtorch cpu and cpu:0 are two devices to copy between. */
    int indexAsOfTensors() {
        return type == Type.CPU ? -1 : index;
    }

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:1}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static Device parse(String text) {
        return switch (text) {
            case "cpu" -> CPU;
            case "cuda" -> cuda(0);
            default -> {
                if (text.matches("cuda:\\d{1,3}")) {
                    yield cuda(Integer.parseInt(text.substring(5)));
                }
                throw new IllegalArgumentException("a device is cpu, cuda or cuda:N, not '" + text + "'");
            }
        };
    }

    /** Whether a tensor can be made there: for CUDA, a libtorch with CUDA, a driver and that many devices. */
    public boolean isAvailable() {
        try {
            TensorHandles.delete(
                    TensorHandles.emptyStrided(new long[] {1}, new long[] {1}, DType.FLOAT32.code, type.code, index));
            return true;
        } catch (LibtorchException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return type == Type.CPU ? "cpu" : "cuda:" + index;
    }
}
