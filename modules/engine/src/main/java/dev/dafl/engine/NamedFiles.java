package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.OneLine;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The file and the folder that an experiment names itself; what a plugin's options name, only the plugin knows. */
final class NamedFiles {

    private static final String WEIGHTS = "/teacher/weights";
    private static final String ROOT = "/data/root";

    private NamedFiles() {}

    /** @throws dev.dafl.engine.config.ConfigException for the first that is not there, with file and line */
    static void require(ExperimentFile file) {
        named(file, WEIGHTS, file.config().teacher().weights()).ifPresent(weights -> {
            if (!Files.exists(weights)) {
                throw file.mistake(WEIGHTS, "no such file: " + weights);
            }
        });
        named(file, ROOT, file.config().data().root()).ifPresent(root -> {
            if (!Files.isDirectory(root)) {
                throw file.mistake(ROOT, "no such folder: " + root);
            }
        });
    }

    private static Optional<Path> named(ExperimentFile file, String pointer, Optional<String> written) {
        try {
            return written.map(Path::of);
        } catch (InvalidPathException e) {
            throw file.mistake(
                    pointer, "'" + OneLine.shortened(written.orElseThrow()) + "' cannot be a path: " + e.getReason());
        }
    }
}
