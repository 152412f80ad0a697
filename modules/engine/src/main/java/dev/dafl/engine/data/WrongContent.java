package dev.dafl.engine.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** What comes in place of a data file when its download went wrong. */
enum WrongContent {
    WEB_PAGE("a web page", "the download failed; delete it"),
    XML("an XML message", "the download failed; delete it"),
    LFS_POINTER("a pointer of Git LFS", "fetch the file with git lfs pull, or delete it"),
    NOTHING("an empty file", "the download failed; delete it");

    private static final int LOOKED_AT = 512;

    private final String what;
    private final String remedy;

    WrongContent(String what, String remedy) {
        this.what = what;
        this.remedy = remedy;
    }

    /** Such as "a web page". */
    String what() {
        return what;
    }

    /** What happened and what to do. */
    String remedy() {
        return remedy;
    }

    /**
     * Looks at a file's beginning.
     *
     * @param name that the file has or is to have; pages and XML may be what such a name promises
     * @return nothing where it may be what it is named as
     */
    static Optional<WrongContent> of(Path file, String name) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(LOOKED_AT);
        }
        if (bytes.length == 0) {
            return Optional.of(NOTHING);
        }
        String start = new String(bytes, StandardCharsets.UTF_8)
                .replace("\uFEFF", "")
                .strip()
                .toLowerCase(Locale.ROOT);
        if (start.startsWith("version https://git-lfs")) {
            return Optional.of(LFS_POINTER);
        }
        if (!start.startsWith("<") || name.toLowerCase(Locale.ROOT).matches(".*\\.(x?html?|xml|svg)")) {
            return Optional.empty();
        }
        if (start.startsWith("<!doctype html") || start.contains("<html") || start.startsWith("<head")) {
            return Optional.of(WEB_PAGE);
        }
        return start.startsWith("<?xml") || start.startsWith("<error>") ? Optional.of(XML) : Optional.empty();
    }
}
