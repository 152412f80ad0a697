package dev.dafl.plugins.cifar;

import dev.dafl.spi.DataFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The binary files in a folder. */
record UnpackedFolder(Path folder) {

    void read(List<RecordFile> wanted, RecordLayout layout, DataFiles files) throws IOException {
        for (RecordFile file : wanted) {
            Path at = folder.resolve(file.name());
            if (!Files.isRegularFile(at)) {
                throw new UnsoundFileException(
                        folder + " lacks " + file.name() + "; unpack the archive into it again, or remove the folder");
            }
            files.requireData(at);
            try (InputStream in = Files.newInputStream(at)) {
                file.read(in, Files.size(at), at.toString(), layout);
            } catch (EOFException e) {
                throw new UnsoundFileException(at + " became shorter while it was read", e);
            }
        }
    }
}
