package dev.dafl.onnx.graph;

import dev.dafl.onnx.graph.TensorData.Bytes;
import dev.dafl.onnx.proto.StringStringEntryProto;
import dev.dafl.tensor.files.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Where the elements of a model's tensors may lie: in its own file, and in files in its folder and below it. A model from
 * elsewhere must not be able to make any other file of this machine its weights.
 */
record ModelFiles(Path model) {

    /** @param place offset and length, as {@link ModelFile} writes it */
    Bytes inModel(String place) {
        String[] numbers = place.split(":", 2);
        return within(model, number("offset", numbers[0]), number("length", numbers[numbers.length - 1]));
    }

    /** @param entries of {@code TensorProto.external_data} */
    Bytes beside(List<StringStringEntryProto> entries) {
        Map<String, String> values = new HashMap<>();
        entries.forEach(entry -> values.put(entry.getKey(), entry.getValue()));
        String location = values.getOrDefault("location", "");
        Path file = file(location);
        long offset = number("offset", values.getOrDefault("offset", "0"));
        try {
            long length = values.containsKey("length")
                    ? number("length", values.get("length"))
                    : Math.max(0, Files.size(file) - offset);
            return within(file, offset, length);
        } catch (IOException e) {
            throw missing(location, e);
        }
    }

    private Path file(String location) {
        Path relative;
        try {
            relative = Path.of(location);
        } catch (InvalidPathException e) {
            throw new OnnxException("its data are to be in " + Shown.quoted(location) + ", which is no file name");
        }
        if (location.isEmpty() || relative.isAbsolute() || relative.normalize().startsWith("..")) {
            throw new OnnxException("its data are to be in " + Shown.quoted(location)
                    + ", and only files in the model's folder are read; a location is a file name without ../");
        }
        try {
            Path folder = Objects.requireNonNull(model.toRealPath().getParent(), "a file has a folder");
            Path file = folder.resolve(relative).toRealPath();
            if (!file.startsWith(folder)) {
                throw new OnnxException("its data are to be in " + Shown.quoted(location)
                        + ", a link to a place outside of the model's folder, which is not read");
            }
            if (!Files.isRegularFile(file)) {
                throw new OnnxException("its data are to be in " + Shown.quoted(location) + ", which is no file");
            }
            return file;
        } catch (IOException e) {
            throw missing(location, e);
        }
    }

    private static Bytes within(Path file, long offset, long length) {
        try {
            long size = Files.size(file);
            if (offset > size || length > size - offset) {
                throw new OnnxException("its data are to be " + length + " bytes from byte " + offset + " of "
                        + file.getFileName() + ", which has " + size + "; was it cut off?");
            }
            return new Bytes.There(file, offset, length);
        } catch (IOException e) {
            throw missing(String.valueOf(file.getFileName()), e);
        }
    }

    private static OnnxException missing(String location, IOException e) {
        return new OnnxException("its data are in " + Shown.quoted(location)
                + " beside the model, which cannot be read (" + Reason.of(e)
                + "); keep both files together");
    }

    private static long number(String key, String text) {
        try {
            long number = Long.parseLong(text.strip());
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Told below.
        }
        throw new OnnxException("its data have the " + key + " " + Shown.quoted(text));
    }
}
