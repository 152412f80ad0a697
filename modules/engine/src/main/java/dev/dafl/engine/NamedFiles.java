package dev.dafl.engine;

import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.OneLine;
import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.config.TestConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The files and folders that an experiment names itself; what a plugin's options name, only the plugin knows. */
final class NamedFiles {

    private static final String WEIGHTS = "/teacher/weights";
    private static final String ROOT = "/data/root";
    private static final String TEST_ROOT = "/test/root";

    private NamedFiles() {}

    /** @throws dev.dafl.engine.config.ConfigException for the first that is not there, with file and line */
    static void require(ExperimentFile file) {
        named(file, WEIGHTS, file.config().teacher().weights()).ifPresent(weights -> {
            if (!Files.exists(weights)) {
                throw file.mistake(WEIGHTS, "no such file: " + weights);
            }
        });
        TeacherConfig teacher = file.config().teacher();
        if (teacher.weights().isEmpty()
                && (teacher.key().isPresent() || teacher.rename().isPresent())) {
            throw file.mistake(
                    teacher.key().isPresent() ? "/teacher/key" : "/teacher/rename",
                    "key and rename are for teacher.weights, which is not given");
        }
        folder(file, ROOT, file.config().data().flatMap(DataConfig::root));
        folder(file, TEST_ROOT, file.config().test().flatMap(TestConfig::root));
    }

    private static void folder(ExperimentFile file, String pointer, Optional<String> written) {
        named(file, pointer, written).ifPresent(root -> {
            if (!Files.isDirectory(root)) {
                throw file.mistake(pointer, "no such folder: " + root);
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
