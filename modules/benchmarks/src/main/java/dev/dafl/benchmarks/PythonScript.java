package dev.dafl.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A script of this module as a file that a Python can be given, until it is closed. */
record PythonScript(Path path) implements AutoCloseable {

    static PythonScript of(String resource) throws IOException {
        String text = JointStep.resource(resource);
        return new PythonScript(Files.writeString(Files.createTempFile("dafl-bench", ".py"), text));
    }

    @Override
    public void close() throws IOException {
        Files.delete(path);
    }
}
