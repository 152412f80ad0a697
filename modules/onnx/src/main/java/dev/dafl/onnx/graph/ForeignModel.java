package dev.dafl.onnx.graph;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What a file is that bears a model's name and is none, as its first bytes tell. */
final class ForeignModel {

    private static final int LOOKED_AT = 256;

    private ForeignModel() {}

    /** In words, and what to do; empty where the bytes tell nothing. */
    static Optional<String> describe(Path file) throws IOException {
        byte[] begin;
        try (InputStream in = Files.newInputStream(file)) {
            begin = in.readNBytes(LOOKED_AT);
        }
        String text = new String(begin, StandardCharsets.ISO_8859_1);
        String bare = text.strip().toLowerCase(Locale.ROOT);
        if (text.startsWith("PK\003\004")) {
            return Optional.of("it is a zip archive, such as torch.save and Keras write, not an ONNX model; "
                    + "export the network to ONNX (torch.onnx.export, tf2onnx)");
        }
        if (text.startsWith("\211HDF")) {
            return Optional.of("it is an HDF5 file, as Keras writes, not an ONNX model; convert it with tf2onnx");
        }
        if (text.startsWith("TFL3", 4) || text.startsWith("ORTM", 4)) {
            return Optional.of(
                    "it is a model of " + (text.startsWith("TFL3", 4) ? "TensorFlow Lite" : "ONNX Runtime (.ort)")
                            + ", not of ONNX; take the .onnx file that it was made from");
        }
        if (bare.startsWith("<!doctype html") || bare.startsWith("<html")) {
            return Optional.of("it is a web page: the download failed; delete it and fetch the model again");
        }
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return Optional.of("it is a pointer of Git LFS, not the model itself; fetch that with git lfs pull");
        }
        return Optional.empty();
    }
}
