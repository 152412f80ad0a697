package dev.dafl.release;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveEntry;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** What is in a package, read by another library than the one that wrote it. */
final class Archives {

    /** Texts are kept, all else is only hashed. */
    private static final long LARGEST_TEXT = 1 << 20;

    private Archives() {}

    /**
     * An entry of a tar.
     *
     * @param sha256 of its content, as hex
     * @param content empty where it is larger than a text
     */
    record Entry(TarArchiveEntry header, String sha256, byte[] content) {

        String name() {
            return header.getName();
        }
    }

    static List<Entry> tarGz(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return tar(new GZIPInputStream(new BufferedInputStream(in)));
        }
    }

    static List<Entry> tarGz(byte[] content) throws IOException {
        return tar(new GZIPInputStream(new ByteArrayInputStream(content)));
    }

    static List<Entry> tar(InputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (TarArchiveInputStream tar = new TarArchiveInputStream(in)) {
            for (TarArchiveEntry header = tar.getNextEntry(); header != null; header = tar.getNextEntry()) {
                entries.add(entry(header, tar));
            }
        }
        return entries;
    }

    /** The members of a Debian package by name, those that are tars unpacked; in their order. */
    static Map<String, List<Entry>> deb(Path file) throws IOException {
        Map<String, List<Entry>> members = new LinkedHashMap<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file));
                ArArchiveInputStream ar = new ArArchiveInputStream(in)) {
            for (ArArchiveEntry member = ar.getNextEntry(); member != null; member = ar.getNextEntry()) {
                boolean isTar = member.getName().endsWith(".tar.gz");
                members.put(member.getName(), isTar ? tarGz(ar.readAllBytes()) : List.of());
            }
        }
        return members;
    }

    private static Entry entry(TarArchiveEntry header, InputStream content) throws IOException {
        MessageDigest digest = digest();
        DigestInputStream in = new DigestInputStream(content, digest);
        byte[] kept = new byte[0];
        if (header.getSize() <= LARGEST_TEXT) {
            kept = in.readAllBytes();
        } else {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return new Entry(header, HexFormat.of().formatHex(digest.digest()), kept);
    }

    static String sha256(Path file) {
        MessageDigest digest = digest();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    static String sha256(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
