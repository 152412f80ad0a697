package dev.dafl.engine.tools;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.onnx.export.InputForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What is made of a weights file.
 *
 * @param onnx the file of a graph in the ONNX format
 * @param form of the images that the graph takes
 * @param batch how many images it takes at once; any number where empty
 * @param pt the file of a state dict as {@code torch.save} writes it
 * @param pytorch the file of a module in Python
 * @param java whether to write a program that classifies a picture
 * @param force whether files that are there are written over
 */
public record ExportTargets(
        Optional<Path> onnx,
        InputForm form,
        OptionalLong batch,
        Optional<Path> pt,
        Optional<Path> pytorch,
        boolean java,
        boolean force) {

    /** @throws ConfigException when nothing is asked for, or what is asked for must not be written */
    void check(Path weights) {
        if (files().isEmpty() && !java) {
            throw new ConfigException(
                    "nothing is asked for: name a file with --onnx FILE, --pt FILE or --pytorch FILE, or ask for a program with --java");
        }
        if (onnx.isEmpty() && (form != InputForm.NORMALISED || batch.isPresent())) {
            throw new ConfigException(
                    "--with-input and --batch say how the graph of --onnx FILE is to be, which is missing");
        }
        if (batch.isPresent() && batch.getAsLong() < 1) {
            throw new ConfigException("--batch must be at least 1, not " + batch.getAsLong());
        }
        files().forEach(file -> check(file, weights));
        Set<Path> places = new HashSet<>();
        for (Path file : files()) {
            if (!places.add(place(file))) {
                throw new ConfigException(
                        file + " is named for two of --onnx, --pt and --pytorch; each has its own file");
            }
        }
    }

    private List<Path> files() {
        return Stream.of(onnx, pt, pytorch).flatMap(Optional::stream).toList();
    }

    private void check(Path file, Path weights) {
        Path folder = place(file).getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new ConfigException("no such folder: " + folder + ", to write " + file + " in");
        }
        if (Files.isDirectory(file)) {
            throw new ConfigException(file + " is a folder; name a file");
        }
        if (!Files.exists(file)) {
            return;
        }
        if (isSame(file, weights)) {
            throw new ConfigException(file + " is the weights file itself; name another");
        }
        if (!force) {
            throw new ConfigException(file + " is there already; --force writes over it");
        }
    }

    private static boolean isSame(Path file, Path weights) {
        try {
            return Files.exists(weights) && Files.isSameFile(file, weights);
        } catch (IOException e) {
            // One that cannot be looked at is told of when it is read or written.
            return false;
        }
    }

    private static Path place(Path file) {
        return file.toAbsolutePath().normalize();
    }
}
