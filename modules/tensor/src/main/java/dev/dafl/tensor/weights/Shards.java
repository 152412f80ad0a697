package dev.dafl.tensor.weights;

import dev.dafl.tensor.words.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A model in several files: an index in JSON says under {@code weight_map} which file has which tensor. All lie in one folder.
 *
 * @see <a href="https://huggingface.co/docs/safetensors/metadata_parsing">the index beside safetensors files</a>
 */
final class Shards {

    /** Bytes of an index; one of 10,000 tensors has a million. */
    private static final long LONGEST_INDEX = 100_000_000;

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private Shards() {}

    static <T> WeightTable<T> read(Path index, Source<T> source) throws IOException {
        JsonNode root = parsed(index);
        Map<String, String> places = places(index, root.path("weight_map"));
        Map<String, T> all = new LinkedHashMap<>();
        List<String> notes = new ArrayList<>();
        Set<String> shards = new LinkedHashSet<>(places.values());
        for (String shard : shards) {
            Map<String, T> tensors = shard(index, shard, shards.size(), source);
            List<String> others = new ArrayList<>();
            tensors.forEach((name, tensor) -> {
                if (shard.equals(places.get(name))) {
                    all.put(name, tensor);
                } else {
                    others.add(name);
                }
            });
            if (!others.isEmpty()) {
                notes.add("left out what the index does not have in " + Quoted.of(shard) + ": " + Quoted.list(others));
            }
        }
        List<String> missing =
                places.keySet().stream().filter(name -> !all.containsKey(name)).toList();
        if (!missing.isEmpty()) {
            throw new WeightsException(
                    index,
                    "names tensors that are not in its shards: " + Quoted.list(missing)
                            + "; are the shards of another model?");
        }
        Map<String, String> metadata = new LinkedHashMap<>();
        root.path("metadata")
                .properties()
                .forEach(text -> metadata.put(text.getKey(), text.getValue().asString("")));
        return WeightTable.whole(WeightFormat.SHARDS, all, metadata, List.copyOf(notes));
    }

    private static <T> Map<String, T> shard(Path index, String shard, int shards, Source<T> source) throws IOException {
        Path file = index.resolveSibling(shard);
        if (!Files.isRegularFile(file)) {
            throw new WeightsException(
                    index, "lacks its shard " + Quoted.of(shard) + ", one of " + shards + ", which is due beside it");
        }
        return switch (FileKind.of(file)) {
            case FileKind.Safetensors _ -> source.safetensors(file);
            case FileKind.Torch _ -> source.torch(file, Optional.empty()).tensors();
            case FileKind.Index _ ->
                throw new WeightsException(
                        file,
                        "is a shard of " + Quoted.whole(String.valueOf(index.getFileName())) + " and an index itself");
            case FileKind.Foreign(String predicate) -> throw new WeightsException(file, predicate);
        };
    }

    private static JsonNode parsed(Path index) throws IOException {
        if (Files.size(index) > LONGEST_INDEX) {
            throw new WeightsException(index, "is no index of shards: it is longer than " + LONGEST_INDEX + " bytes");
        }
        try {
            return JSON.readTree(Files.readAllBytes(index));
        } catch (JacksonException e) {
            throw new WeightsException(
                    index, "is not JSON, as an index of shards is: " + Quoted.of(e.getOriginalMessage()));
        }
    }

    private static Map<String, String> places(Path index, JsonNode map) {
        if (!map.isObject() || map.isEmpty()) {
            throw new WeightsException(index, "is no index of shards: it has no weight_map from tensors to files");
        }
        Map<String, String> places = new LinkedHashMap<>();
        map.properties().forEach(entry -> {
            String shard = entry.getValue().isString() ? entry.getValue().asString() : "";
            if (!isName(shard)) {
                throw new WeightsException(
                        index,
                        "has " + Quoted.of(entry.getKey()) + " in "
                                + Quoted.of(entry.getValue().toString())
                                + ", where the name of a file beside it is due");
            }
            places.put(entry.getKey(), shard);
        });
        return places;
    }

    /** Not of a file anywhere else. */
    private static boolean isName(String shard) {
        return !shard.isEmpty()
                && !shard.equals(".")
                && !shard.equals("..")
                && shard.chars().noneMatch(c -> c == '/' || c == '\\' || c == ':' || Character.isISOControl(c));
    }
}
