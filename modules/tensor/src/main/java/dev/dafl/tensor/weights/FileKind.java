package dev.dafl.tensor.weights;

import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What a file is, as its bytes tell. */
sealed interface FileKind {

    record Safetensors() implements FileKind {}

    /** Of shards. */
    record Index() implements FileKind {}

    record Torch() implements FileKind {}

    /** @param predicate what it is, going on after its name, and what to do */
    record Foreign(String predicate) implements FileKind {}

    static FileKind of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            if (bytes.byteSize() == 0) {
                return new Foreign("is empty; was its download broken off?");
            }
            // First: the length that a safetensors file begins with may have the first bytes of any other kind.
            if (isSafetensors(bytes)) {
                return new Safetensors();
            }
            if (TorchFile.begins(bytes)) {
                return new Torch();
            }
            String name = String.valueOf(file.getFileName());
            if (name.endsWith(".index.json") && bytes.get(ValueLayout.JAVA_BYTE, 0) == '{') {
                return new Index();
            }
            return ForeignFile.describe(file, bytes)
                    .<FileKind>map(Foreign::new)
                    .orElseGet(() -> name.endsWith(".safetensors")
                            ? new Safetensors()
                            : new Foreign("is no file of weights that is known here; those of PyTorch (torch.save of a"
                                    + " state_dict) and safetensors are"));
        }
    }

    /** Its header is an object of JSON behind eight bytes with its length. */
    private static boolean isSafetensors(MemorySegment bytes) {
        if (bytes.byteSize() <= Long.BYTES || bytes.get(ValueLayout.JAVA_BYTE, Long.BYTES) != '{') {
            return false;
        }
        long length = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        return length > 0 && length < 1L << 32;
    }
}
