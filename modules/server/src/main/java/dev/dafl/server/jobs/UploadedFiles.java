package dev.dafl.server.jobs;

import dev.dafl.engine.files.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;

/** Files that were uploaded for submissions, each under the digest of its content. Jobs have links to them, so that what no job has can go. */
public final class UploadedFiles {

    private static final String DIGEST = "[0-9a-f]{64}";
    private static final Duration KEPT = Duration.ofDays(1);

    private final Path folder;
    private final SizeLimit limit;

    UploadedFiles(Path folder, long mostBytes) throws IOException {
        this.folder = Files.createDirectories(folder);
        limit = new SizeLimit(
                mostBytes,
                "the file is larger than the " + (mostBytes >> 20) + " MB that this server takes (--max-file)");
        tidy();
    }

    /** Uploads that were cut off, and what was uploaded a day ago or before: jobs have their own links. */
    private void tidy() throws IOException {
        Instant old = Instant.now().minus(KEPT);
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.toList()) {
                if (!file.getFileName().toString().matches(DIGEST)
                        || Files.getLastModifiedTime(file).toInstant().isBefore(old)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    public SizeLimit limit() {
        return limit;
    }

    public boolean has(String digest) {
        return Files.isRegularFile(file(digest));
    }

    /**
     * Keeps a file.
     *
     * @return whether it is new
     * @throws RefusedException when it is too large, or of another digest
     */
    public boolean put(String digest, InputStream content) throws IOException {
        Path file = file(digest);
        if (Files.exists(file)) {
            return false;
        }
        MessageDigest sha = Digests.sha256();
        Path temporary = Files.createTempFile(folder, "upload", ".part");
        try {
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(temporary), sha)) {
                limit.copy(content, out);
            }
            String found = HexFormat.of().formatHex(sha.digest());
            if (!found.equals(digest)) {
                throw new RefusedException(
                        RefusedException.Why.INVALID,
                        "the file has the SHA-256 " + found + ", and was to have " + digest
                                + "; it was cut off or changed");
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            return true;
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** Puts a file where a job wants it. */
    void link(String digest, Path target) throws IOException {
        Path file = file(digest);
        try {
            Files.createLink(target, file);
        } catch (NoSuchFileException e) {
            throw new RefusedException(
                    RefusedException.Why.INVALID,
                    "no file with the SHA-256 " + digest + " was uploaded, for " + target.getFileName());
        } catch (UnsupportedOperationException e) {
            Files.copy(file, target);
        }
    }

    private Path file(String digest) {
        if (!digest.matches(DIGEST)) {
            throw new RefusedException(
                    RefusedException.Why.INVALID, "a digest is 64 lower-case hexadecimals, the file's SHA-256");
        }
        return folder.resolve(digest);
    }
}
