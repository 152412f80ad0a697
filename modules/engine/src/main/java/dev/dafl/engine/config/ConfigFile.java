package dev.dafl.engine.config;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** What a YAML file is: one experiment, or a matrix of them. */
public sealed interface ConfigFile permits ExperimentFile, MatrixFile {

    /** Where its runs are to be run, where it says so. */
    Optional<LauncherConfig> launcher();

    /** The file with what was put over it. */
    String yaml();

    /**
     * Reads a file, once, and puts the overrides over it.
     *
     * @param overrides from keys such as {@code teacher.epochs} to values in YAML
     * @throws ConfigException for every mistake in the file or the overrides; that of a run of a matrix with its name
     */
    static ConfigFile read(Path file, Map<String, String> overrides) {
        YamlDocument document = YamlDocument.read(file);
        String name = ExperimentFile.stem(file);
        return MatrixFile.of(document, overrides, name)
                .<ConfigFile>map(matrix -> matrix)
                .orElseGet(() -> ExperimentFile.of(document, overrides, name));
    }
}
