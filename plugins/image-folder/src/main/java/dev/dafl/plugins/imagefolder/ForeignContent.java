package dev.dafl.plugins.imagefolder;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** Says what a file is that holds no image which can be read; goes on after the file's name. */
final class ForeignContent {

    private static final int LOOKED_AT = 512;
    private static final String CONVERT = ", which is not read; convert it to PNG";

    private ForeignContent() {}

    static String describe(byte[] content) {
        if (content.length == 0) {
            return "is empty";
        }
        // Byte by byte, as the signatures are.
        String start = new String(content, 0, Math.min(content.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
        if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
            return "is a WebP image" + CONVERT;
        }
        if (start.startsWith("ftyp", 4)) {
            return start.startsWith("avi", 8)
                    ? "is an AVIF image" + CONVERT
                    : start.startsWith("hei", 8) || start.startsWith("mif1", 8)
                            ? "is a HEIC image" + CONVERT
                            : "is a film, not an image";
        }
        if (start.startsWith("II*\0") || start.startsWith("MM\0*")) {
            return "is a TIFF image" + CONVERT;
        }
        return isText(content) ? describeText(start) : "is no PNG, JPEG, BMP or GIF file";
    }

    private static String describeText(String start) {
        String text = start.replaceFirst("^\u00ef\u00bb\u00bf", "").strip().toLowerCase(Locale.ROOT); // a mark of UTF-8
        if (text.startsWith("version https://git-lfs")) {
            return "is a pointer of Git LFS, not an image: fetch the file with git lfs pull";
        }
        if (text.startsWith("<") && text.contains("<svg")) {
            return "is an SVG image" + CONVERT;
        }
        if (text.startsWith("<!doctype html") || (text.startsWith("<") && text.contains("<html"))) {
            return "is a web page, not an image: the download failed";
        }
        return text.startsWith("<?xml") || text.startsWith("<error>")
                ? "is an XML message, not an image: the download failed"
                : "is text, not an image";
    }

    private static boolean isText(byte[] content) {
        int length = Math.min(content.length, LOOKED_AT);
        for (int i = 0; i < length; i++) {
            if (content[i] >= 0 && content[i] < ' ' && !Character.isWhitespace(content[i])) {
                return false;
            }
        }
        try {
            // Perhaps cut within a character: what is looked at is a part.
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content, 0, length));
            return true;
        } catch (CharacterCodingException e) {
            return length == LOOKED_AT && content[length - 1] < 0;
        }
    }
}
