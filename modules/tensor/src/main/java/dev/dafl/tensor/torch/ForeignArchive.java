package dev.dafl.tensor.torch;

import dev.dafl.tensor.words.PythonLines;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** What a zip archive is that {@code torch.save} did not write, as the names in it tell. */
final class ForeignArchive {

    private ForeignArchive() {}

    /** In words, going on after the file's name, and what to do; empty where it may be what {@code torch.save} wrote. */
    static Optional<String> describe(Path file, Set<String> names) {
        Predicate<String> has = end -> names.stream().anyMatch(name -> name.equals(end) || name.endsWith("/" + end));
        PythonLines python = new PythonLines(file);
        if (has.test("constants.pkl") || has.test("bytecode.pkl")) {
            return Optional.of("is a TorchScript archive, a program with its weights; " + python.exportScriptToOnnx());
        }
        if (has.test("archive_format") || has.test("serialized_exported_program.json")) {
            return Optional.of("is a program of torch.export; " + python.exportProgramToOnnx());
        }
        if (has.test(".data/extern_modules")) {
            return Optional.of(
                    "is an archive of torch.package, a program with its weights; save the state_dict() of its"
                            + " network with torch.save");
        }
        if (has.test("data.pkl")) {
            return Optional.empty();
        }
        if (names.contains("model.weights.h5")) {
            return Optional.of("is a model of Keras; " + python.exportKerasToOnnx());
        }
        if (names.stream().anyMatch(name -> name.endsWith(".npy"))) {
            return Optional.of("holds arrays of NumPy (.npz), not weights of PyTorch; "
                    + python.saveNumpy("dict(numpy.load(" + python.path() + "))"));
        }
        return Optional.of("is a zip archive of " + names.size() + " files, not one that torch.save wrote; if weights"
                + " are among them, unpack it and name their file");
    }
}
