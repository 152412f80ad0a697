package dev.dafl.release;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** An image as {@code docker save} writes it, with one layer of one file. */
final class BaseImage {

    private BaseImage() {}

    static Path write(Path file, String name, String content) throws IOException {
        byte[] layer = tar(name, content.getBytes(StandardCharsets.UTF_8));
        byte[] config = """
                {"architecture":"amd64","os":"linux","config":{"Env":["PATH=/usr/bin"]},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]},"history":[{}]}
                """.formatted(Archives.sha256(layer)).getBytes(StandardCharsets.UTF_8);
        String manifest = """
                [{"Config":"config.json","RepoTags":["base:latest"],"Layers":["layer.tar"]}]
                """;
        try (OutputStream out = Files.newOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            add(tar, "layer.tar", layer);
            add(tar, "config.json", config);
            add(tar, "manifest.json", manifest.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static byte[] tar(String name, byte[] content) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out)) {
            add(tar, name, content);
        }
        return out.toByteArray();
    }

    private static void add(TarArchiveOutputStream tar, String name, byte[] content) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
    }
}
