package dev.dafl.engine.run;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import dev.dafl.tensor.state.State;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/**
 * A state as it lies on the disk: a safetensors file with the tensors, and the plain values as JSON in its header. Its name
 * says what its content must be, so that one that is torn or edited is not taken for true.
 */
final class Checkpoint {

    private static final String VALUES = "dafl.state";
    /** Values are longs, doubles, booleans and texts; a double is told from a long by its point. */
    private static final JsonMapper JSON = new JsonMapper();

    private Checkpoint() {}

    static void write(Path file, State state) throws IOException {
        Safetensors.write(file, state.tensors(), Map.of(VALUES, JSON.writeValueAsString(state.values())));
    }

    /**
     * Reads a state; its tensors belong to the innermost scope.
     *
     * @throws IOException when it cannot be read or is no checkpoint
     */
    static State read(Path file) throws IOException {
        try {
            Map<String, Tensor> tensors = Safetensors.read(file);
            String values = Safetensors.metadata(file).getOrDefault(VALUES, "{}");
            Map<String, Object> read = JSON.readValue(values, new TypeReference<LinkedHashMap<String, Object>>() {});
            read.replaceAll((_, value) -> value instanceof Integer number ? Long.valueOf(number) : value);
            return State.of(tensors, read);
        } catch (SafetensorsException | JacksonException e) {
            throw new IOException(file + " is no sound checkpoint: " + e.getMessage(), e);
        }
    }
}
