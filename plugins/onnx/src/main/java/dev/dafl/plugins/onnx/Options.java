package dev.dafl.plugins.onnx;

import dev.dafl.onnx.OnnxModel;
import dev.dafl.onnx.OnnxModel.Weights;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * @param file the model; a relative path leads on from the working folder or else from the experiment's file
 * @param weights {@code file} for a network that knows what the one in the file has learned, {@code fresh} for one that only
 *     has its form and has learned nothing. A teacher's default is {@code file}, a student's {@code fresh}.
 * @param input the name of the graph's input of images; empty where there is only one
 * @param output the name of the graph's output of logits or probabilities; empty for the one that looks like it
 */
public record Options(String file, Weights weights, String input, String output) {

    static Options of(Weights weights) {
        return new Options("", weights, "", "");
    }

    OnnxModel read() throws IOException {
        if (file.isBlank()) {
            throw new IllegalArgumentException("file is missing: it names the .onnx file that the network is in");
        }
        return OnnxModel.read(path(), given(input), given(output));
    }

    private Path path() {
        try {
            return Path.of(file);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("file is no path: " + e.getReason(), e);
        }
    }

    private static Optional<String> given(String name) {
        return Optional.of(name).filter(n -> !n.isEmpty());
    }
}
