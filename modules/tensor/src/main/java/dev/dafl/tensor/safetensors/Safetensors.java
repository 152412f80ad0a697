package dev.dafl.tensor.safetensors;

import dev.dafl.tensor.Layout;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.ElementType;
import dev.dafl.tensor.files.WholeFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Weights in the safetensors format: eight bytes with the length of a JSON header, the header, the elements
 * little-endian in the order of the shape.
 */
public final class Safetensors {

    private static final JsonMapper JSON = new JsonMapper();

    private Safetensors() {}

    /**
     * Writes tensors and a table of texts. The file appears whole or not at all, as {@link WholeFile} does it.
     */
    public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        if (!metadata.isEmpty()) {
            ObjectNode texts = header.putObject(Header.METADATA);
            // Sorted: the same content is the same file, whatever order the map has.
            new TreeMap<>(metadata).forEach(texts::put);
        }
        long offset = 0;
        for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
            Tensor tensor = entry.getValue();
            long end = offset + tensor.numel() * tensor.dtype().bytes();
            ObjectNode node = header.putObject(entry.getKey())
                    .put("dtype", ElementType.of(tensor.dtype()).name());
            for (long size : tensor.shape()) {
                node.withArray("shape").add(size);
            }
            if (tensor.dim() == 0) {
                node.putArray("shape");
            }
            node.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        byte[] json = padded(JSON.writeValueAsBytes(header));
        WholeFile.write(file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            out.write(json);
            for (Tensor tensor : tensors.values()) {
                tensor.writeTo(out);
            }
        });
    }

    /**
     * Reads all tensors of a file, on the CPU, into the innermost scope; float8 as float32, all else in the type that it has
     * in the file.
     *
     * @throws SafetensorsException when the file is not what it says, naming the tensor
     */
    public static Map<String, Tensor> read(Path file) throws IOException {
        return opened(file, (header, bytes) -> {
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            header.entries()
                    .forEach((name, entry) -> tensors.put(
                            name,
                            entry.type()
                                    .read(
                                            bytes.asSlice(
                                                    header.dataStart() + entry.begin(), entry.end() - entry.begin()),
                                            Layout.contiguous(entry.shape()))));
            return tensors;
        });
    }

    /**
     * What tensors a file has, without reading them.
     *
     * @throws SafetensorsException as {@link #read}
     */
    public static Map<String, StoredTensor> list(Path file) throws IOException {
        return opened(file, (header, _) -> {
            Map<String, StoredTensor> tensors = new LinkedHashMap<>();
            header.entries()
                    .forEach((name, entry) -> tensors.put(
                            name,
                            new StoredTensor(
                                    entry.type().torchName(),
                                    Arrays.stream(entry.shape()).boxed().toList())));
            return tensors;
        });
    }

    /** The table of texts in a file's header. */
    public static Map<String, String> metadata(Path file) throws IOException {
        return opened(file, (header, _) -> header.metadata());
    }

    private static <T> T opened(Path file, BiFunction<Header, MemorySegment, T> use) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return use.apply(header(file, bytes), bytes);
        }
    }

    private static Header header(Path file, MemorySegment bytes) {
        if (bytes.byteSize() < Long.BYTES) {
            throw new SafetensorsException(file, "it is only " + bytes.byteSize() + " bytes long");
        }
        long length = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
        if (length < 2 || length > Math.min(bytes.byteSize() - Long.BYTES, Header.LONGEST)) {
            throw new SafetensorsException(
                    file,
                    "it says that its header is " + Long.toUnsignedString(length) + " bytes long, in a file of "
                            + bytes.byteSize());
        }
        byte[] json = bytes.asSlice(Long.BYTES, length).toArray(ValueLayout.JAVA_BYTE);
        return Header.parse(file, new String(json, StandardCharsets.UTF_8), Long.BYTES + length, bytes.byteSize());
    }

    /** With spaces, so that the elements begin at a multiple of eight bytes. */
    private static byte[] padded(byte[] json) {
        byte[] padded = new byte[(json.length + 7) / 8 * 8];
        Arrays.fill(padded, (byte) ' ');
        System.arraycopy(json, 0, padded, 0, json.length);
        return padded;
    }
}
