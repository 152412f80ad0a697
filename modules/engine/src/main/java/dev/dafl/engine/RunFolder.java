package dev.dafl.engine;

import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.files.WholeFile;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.stream.Stream;

/** The folder that one run writes: configuration, metrics, weights, picture, result. */
public final class RunFolder {

    private static final DateTimeFormatter ID = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss");

    private final Path path;

    private RunFolder(Path path) {
        this.path = path;
    }

    /** {@code runs/NAME/ID}, new, where the id is the time of the start. */
    public static RunFolder below(Path runs, String name) throws IOException {
        Path parent = runs.resolve(name);
        String id = LocalDateTime.now().format(ID);
        try {
            Files.createDirectories(parent);
            for (int i = 1; ; i++) {
                try {
                    return new RunFolder(Files.createDirectory(parent.resolve(i == 1 ? id : id + "-" + i)));
                } catch (FileAlreadyExistsException e) {
                    // Two runs began in one second: the next number is free.
                    if (i == 1000) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new IOException("cannot make a run folder in " + parent + ": " + Reason.of(e), e);
        }
    }

    /**
     * This very folder, which must be empty or not there yet.
     *
     * @throws IOException when it holds something or cannot be written
     */
    public static RunFolder at(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isPresent()) {
                    throw new IOException(folder + " is not empty; a run wants a folder of its own");
                }
            }
            // A folder may be there and yet not be ours to write.
            Files.delete(Files.createTempFile(folder, ".probe", null));
            return new RunFolder(folder);
        } catch (FileSystemException e) {
            throw new IOException("cannot write the run folder " + folder + ": " + Reason.of(e), e);
        }
    }

    /** A folder that may hold something already, such as the runs of a matrix. */
    static RunFolder shared(Path folder) throws IOException {
        try {
            Files.createDirectories(folder);
            return new RunFolder(folder);
        } catch (IOException e) {
            throw new IOException("cannot make the folder " + folder + ": " + Reason.of(e), e);
        }
    }

    public Path path() {
        return path;
    }

    void text(String name, String content) throws IOException {
        WholeFile.write(path.resolve(name), content);
    }

    void weights(String network, Parameters parameters, Map<String, String> metadata) throws IOException {
        tensors(network, parameters.stateDict(), metadata);
    }

    void tensors(String name, Map<String, Tensor> tensors, Map<String, String> metadata) throws IOException {
        Path file = path.resolve(name + ".safetensors");
        try {
            Safetensors.write(file, tensors, metadata);
        } catch (IOException e) {
            throw new IOException("cannot write " + file + ": " + Reason.of(e), e);
        }
    }

    /** A copy of a file, where that is there. */
    void copy(Path from, String name) throws IOException {
        if (!Files.isRegularFile(from)) {
            return;
        }
        byte[] content;
        try {
            content = Files.readAllBytes(from);
        } catch (IOException e) {
            throw new IOException("cannot read " + from + ": " + Reason.of(e), e);
        }
        WholeFile.write(path.resolve(name), content);
    }
}
