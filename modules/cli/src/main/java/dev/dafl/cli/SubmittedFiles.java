package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The files that an experiment needs from here: those that it names by a relative path, as a run here would find them, and else
 * beside the YAML file. Absolute paths are the server's own.
 *
 * @param here the working folder
 * @param config the YAML file
 */
record SubmittedFiles(Path here, Path config) {

    /**
     * By the path that the experiment names, the file.
     *
     * @param values all texts of the experiment
     * @param given files for some of them, wherever they lie
     * @throws ConfigException when one that was given is no file, or is not asked for
     */
    Map<String, Path> of(Set<String> values, Map<String, Path> given) {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String value : values) {
            found(value).ifPresent(file -> files.put(value, file));
        }
        given.forEach((name, file) -> {
            if (!values.contains(name)) {
                throw new ConfigException("--file " + name + "=" + file + ": " + config + " names no file " + name
                        + "; the name is what the YAML says, to the letter");
            }
            if (!Files.isRegularFile(file)) {
                throw new ConfigException("--file " + name + "=" + file + ": no such file");
            }
            files.put(name, file);
        });
        return files;
    }

    private Optional<Path> found(String value) {
        try {
            Path path = Path.of(value);
            if (value.isBlank() || path.isAbsolute()) {
                return Optional.empty();
            }
            return Optional.of(here.resolve(path))
                    .filter(Files::isRegularFile)
                    .or(() -> Optional.of(config.resolveSibling(path)).filter(Files::isRegularFile));
        } catch (InvalidPathException _) {
            return Optional.empty();
        }
    }
}
