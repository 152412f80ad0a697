package dev.dafl.plugins.imagefolder;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What can be read. Each has a signature and a bound on how many pixels a byte of a file can hold. */
enum ImageFormat {
    /** A bit a pixel and deflate, which packs 1,032 bytes into one. */
    PNG("\u0089PNG\r\n\u001a\n", 1 << 14),
    /** A bit of a block's mean is the least that 64 pixels take. */
    JPEG("\u00ff\u00d8\u00ff", 1 << 10),
    /** Twelve bits stand for 3,840 pixels at most. */
    GIF("GIF8", 1 << 12),
    /** Two bytes stand for 255 pixels at most. */
    BMP("BM", 1 << 7);

    private final byte[] signature;
    private final int mostPixelsAByte;

    ImageFormat(String signature, int mostPixelsAByte) {
        this.signature = signature.getBytes(StandardCharsets.ISO_8859_1);
        this.mostPixelsAByte = mostPixelsAByte;
    }

    static Optional<ImageFormat> of(byte[] content) {
        return Stream.of(values()).filter(format -> format.begins(content)).findFirst();
    }

    /** As Java's readers know it. */
    String readerName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a file of so many bytes can hold so many pixels; a header that tells of more is not believed. */
    boolean canHold(long pixels, long bytes) {
        return pixels <= mostPixelsAByte * bytes;
    }

    private boolean begins(byte[] content) {
        for (int i = 0; i < signature.length; i++) {
            if (i >= content.length || content[i] != signature[i]) {
                return false;
            }
        }
        return true;
    }
}
