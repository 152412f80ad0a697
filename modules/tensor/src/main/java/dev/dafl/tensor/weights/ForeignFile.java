package dev.dafl.tensor.weights;

import dev.dafl.tensor.words.PythonLines;
import dev.dafl.tensor.words.Quoted;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What a file is that weights are looked for in and that is something else, as its first bytes tell, or its name. */
final class ForeignFile {

    private static final int LOOKED_AT = 512;

    /** Where the header of a tar archive says so. */
    private static final int TAR = 257;

    private static final String TENSORFLOW =
            "export it to ONNX, as tf2onnx does (python -m tf2onnx.convert), and name it" + " with model: onnx";

    private ForeignFile() {}

    /** In words that go on after the file's name, and what to do; empty where nothing tells. */
    static Optional<String> describe(Path file, MemorySegment bytes) {
        byte[] begin = bytes.asSlice(0, Math.min(LOOKED_AT, bytes.byteSize())).toArray(ValueLayout.JAVA_BYTE);
        String text = new String(begin, StandardCharsets.ISO_8859_1);
        return text(text).or(() -> binary(file, text)).or(() -> named(file, text));
    }

    /** What to name in place of a folder. */
    static String folder(Path folder) throws IOException {
        List<String> names;
        try (Stream<Path> files = Files.list(folder)) {
            names = files.map(file -> file.getFileName().toString()).sorted().toList();
        }
        if (names.contains("saved_model.pb")) {
            return "is a SavedModel of TensorFlow; " + TENSORFLOW;
        }
        List<String> weights = names.stream()
                .filter(name -> name.matches(
                        ".*\\.(safetensors|safetensors\\.index\\.json|bin\\.index\\.json|pt|pth|bin|ckpt|tar)"))
                .toList();
        return "is a folder; name the file of weights in it"
                + (weights.isEmpty() ? "" : ", one of " + Quoted.list(weights));
    }

    private static Optional<String> text(String text) {
        String bare = text.strip().toLowerCase(Locale.ROOT);
        if (bare.startsWith("<!doctype html")
                || bare.startsWith("<html")
                || bare.startsWith("<?xml")
                || bare.startsWith("<error")) {
            return Optional.of("is a web page, not weights: their download failed; delete it and fetch them again");
        }
        if (text.startsWith("version https://git-lfs.github.com/spec/")) {
            return Optional.of("is a pointer of Git LFS, not the weights themselves; fetch those with git lfs pull");
        }
        if (bare.startsWith("{") || bare.startsWith("[")) {
            return Optional.of(
                    "is JSON, not weights; was their download refused? An index of shards has a name that ends"
                            + " in .index.json");
        }
        return Optional.empty();
    }

    private static Optional<String> binary(Path file, String text) {
        PythonLines python = new PythonLines(file);
        if (text.startsWith("\u0089HDF\r\n\u001a\n")) {
            return Optional.of("is HDF5, as Keras writes models; " + python.exportKerasToOnnx());
        }
        if (text.startsWith("\u0093NUMPY")) {
            return Optional.of("is one array of NumPy (.npy), not weights by name; "
                    + python.saveNumpy("{\"weight\": numpy.load(" + python.path() + ")}"));
        }
        if (text.startsWith("TFL3", 4)) {
            return Optional.of("is a model of TensorFlow Lite, whose numbers are made for phones; " + TENSORFLOW);
        }
        if (text.startsWith("GGUF")) {
            return Optional.of("is GGUF, a language model for llama.cpp; it is no classifier of images");
        }
        if (text.startsWith("ustar", TAR)) {
            String first = text.substring(0, Math.max(0, text.indexOf('\0')));
            return Optional.of(
                    Set.of("sys_info", "pickle", "storages", "tensors").contains(first)
                            ? "is in PyTorch's first format, a tar archive of before 2017; " + python.saveWeightsAlone()
                            : "is a tar archive; if weights are in it, unpack it and name their file");
        }
        if (text.length() > 1 && text.charAt(0) == 0x80 && text.charAt(1) >= 2 && text.charAt(1) <= 5) {
            return Optional.of("is a pickle that torch.save did not write, as of NumPy's arrays; " + python.pickled());
        }
        return packed(text)
                .map(program -> "is packed with " + program + "; unpack it and name the file of weights in it");
    }

    private static Optional<String> packed(String text) {
        record Packed(String begin, String program) {}
        return Stream.of(
                        new Packed("\u001f\u008b", "gzip"),
                        new Packed("BZh", "bzip2"),
                        new Packed("\u00fd7zXZ\0", "xz"),
                        new Packed("(\u00b5/\u00fd", "zstd"),
                        new Packed("7z\u00bc\u00af'\u001c", "7-Zip"),
                        new Packed("Rar!\u001a\u0007", "RAR"))
                .filter(packed -> text.startsWith(packed.begin()))
                .map(Packed::program)
                .findFirst();
    }

    private static Optional<String> named(Path file, String text) {
        String name = String.valueOf(file.getFileName());
        // A message of protobuf whose first field is a small number, the version, and whose second is a text or the
        // graph.
        boolean onnx = text.length() > 2
                && text.charAt(0) == 0x08
                && text.charAt(1) >= 1
                && text.charAt(1) <= 32
                && (text.charAt(2) == 0x12 || text.charAt(2) == 0x3a);
        if (onnx || name.endsWith(".onnx")) {
            return Optional.of("is a network in ONNX, with its weights; name it with model: onnx in place of weights");
        }
        if (name.endsWith(".pb") || name.matches(".*\\.ckpt\\.(index|meta|data-\\d+-of-\\d+)")) {
            return Optional.of("is a file of TensorFlow's; " + TENSORFLOW);
        }
        return Optional.empty();
    }
}
