package dev.dafl.tensor.safetensors;

import dev.dafl.tensor.files.ElementType;
import dev.dafl.tensor.words.Quoted;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The header of a file, believed only after each number in it was checked against the file. */
record Header(Map<String, Entry> entries, Map<String, String> metadata, long dataStart) {

    static final String METADATA = "__metadata__";
    /** What the format allows for a header. */
    static final long LONGEST = 100_000_000;

    /** libtorch's operators take no more. */
    private static final int MOST_DIMENSIONS = 64;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    /** One tensor: its elements lie from {@code begin} to {@code end}, counted from the end of the header. */
    record Entry(ElementType type, long[] shape, long begin, long end) {}

    static Header parse(Path file, String json, long dataStart, long fileSize) {
        JsonNode root;
        try {
            root = JSON.readTree(json);
        } catch (JacksonException e) {
            throw new SafetensorsException(file, "its header is not JSON: " + Quoted.of(e.getOriginalMessage()));
        }
        if (!root.isObject()) {
            throw new SafetensorsException(file, "its header is not a JSON object");
        }
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> metadata = new LinkedHashMap<>();
        root.properties().forEach(property -> {
            if (property.getKey().equals(METADATA)) {
                property.getValue()
                        .properties()
                        .forEach(t -> metadata.put(t.getKey(), t.getValue().asString("")));
            } else {
                entries.put(property.getKey(), entry(file, property.getKey(), property.getValue()));
            }
        });
        requireGapless(file, entries, fileSize - dataStart);
        return new Header(entries, metadata, dataStart);
    }

    private static Entry entry(Path file, String name, JsonNode node) {
        ElementType type = Arrays.stream(ElementType.values())
                .filter(t -> t.name().equals(node.path("dtype").asString("")))
                .findFirst()
                .orElseThrow(() -> new SafetensorsException(
                        file,
                        Quoted.of(name) + " has the dtype "
                                + Quoted.of(node.path("dtype").toString()) + "; known are "
                                + Arrays.toString(ElementType.values())));
        long[] shape = longs(file, name, node.path("shape"), "shape");
        if (shape.length > MOST_DIMENSIONS) {
            throw new SafetensorsException(
                    file,
                    Quoted.of(name) + " has " + shape.length + " dimensions where a tensor has at most "
                            + MOST_DIMENSIONS);
        }
        long[] offsets = longs(file, name, node.path("data_offsets"), "data_offsets");
        if (offsets.length != 2 || offsets[0] > offsets[1]) {
            throw new SafetensorsException(
                    file,
                    Quoted.of(name) + " has the data_offsets "
                            + Quoted.of(node.path("data_offsets").toString()));
        }
        String shownShape = Quoted.of(node.path("shape").toString());
        long bytes = type.bytes();
        try {
            for (long size : shape) {
                bytes = Math.multiplyExact(bytes, size);
            }
        } catch (ArithmeticException e) {
            throw new SafetensorsException(file, Quoted.of(name) + " has the shape " + shownShape);
        }
        if (offsets[1] - offsets[0] != bytes) {
            throw new SafetensorsException(
                    file,
                    Quoted.of(name) + " of shape " + shownShape + " needs " + bytes
                            + " bytes, its data_offsets give it " + (offsets[1] - offsets[0]));
        }
        return new Entry(type, shape, offsets[0], offsets[1]);
    }

    private static long[] longs(Path file, String name, JsonNode node, String key) {
        boolean sound = node.isArray()
                && node.valueStream().allMatch(v -> v.isIntegralNumber() && v.canConvertToLong() && v.longValue() >= 0);
        if (!sound) {
            throw new SafetensorsException(file, Quoted.of(name) + " has no " + key + " of numbers from 0");
        }
        return node.valueStream().mapToLong(JsonNode::longValue).toArray();
    }

    private static void requireGapless(Path file, Map<String, Entry> entries, long dataSize) {
        List<Map.Entry<String, Entry>> inOrder = entries.entrySet().stream()
                .sorted(Comparator.comparingLong(
                                (Map.Entry<String, Entry> e) -> e.getValue().begin())
                        .thenComparingLong(e -> e.getValue().end()))
                .toList();
        long expected = 0;
        for (Map.Entry<String, Entry> entry : inOrder) {
            if (entry.getValue().end() > dataSize) {
                throw new SafetensorsException(
                        file,
                        Quoted.of(entry.getKey()) + " ends " + (entry.getValue().end() - dataSize)
                                + " bytes after the end of the file; was it cut off?");
            }
            if (entry.getValue().begin() != expected) {
                throw new SafetensorsException(
                        file,
                        Quoted.of(entry.getKey()) + " begins at "
                                + entry.getValue().begin() + " where " + expected
                                + " is due: its tensors overlap or leave gaps");
            }
            expected = entry.getValue().end();
        }
        if (expected != dataSize) {
            throw new SafetensorsException(file, (dataSize - expected) + " bytes follow its last tensor");
        }
    }
}
