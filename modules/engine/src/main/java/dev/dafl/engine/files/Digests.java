package dev.dafl.engine.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hashes, by the algorithms that every Java has. */
public final class Digests {

    private Digests() {}

    public static MessageDigest sha256() {
        return of("SHA-256");
    }

    /** @param algorithm one that every Java has: {@code SHA-256}, {@code MD5} */
    public static MessageDigest of(String algorithm) {
        try {
            return MessageDigest.getInstance(algorithm);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }

    /** The SHA-256 of a file's bytes, in 64 hexadecimal digits. */
    public static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return hex(in, sha256());
        }
    }

    /** Reads to the end. */
    public static String hex(InputStream content, MessageDigest digest) throws IOException {
        new DigestInputStream(content, digest).transferTo(OutputStream.nullOutputStream());
        return HexFormat.of().formatHex(digest.digest());
    }
}
