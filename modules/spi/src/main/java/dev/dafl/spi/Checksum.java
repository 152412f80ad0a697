package dev.dafl.spi;

import java.util.Locale;

/**
 * What a downloaded file has to be, by the hash that its publisher gives.
 *
 * @param kind of the hash
 * @param hex the hash: 64 hexadecimal digits of SHA-256, 32 of MD5
 */
public record Checksum(Kind kind, String hex) {

    /** Which hash, and of what. */
    public enum Kind {
        /** SHA-256 of the content: of what is in the file where its name ends in {@code .gz}. */
        SHA256_OF_CONTENT("SHA-256", 64),
        /** MD5 of the file as it is downloaded. It finds damage, not forgery: only for files published with nothing better. */
        MD5_OF_DOWNLOAD("MD5", 32);

        private final String algorithm;
        private final int digits;

        Kind(String algorithm, int digits) {
            this.algorithm = algorithm;
            this.digits = digits;
        }

        /** As {@link java.security.MessageDigest} names it. */
        public String algorithm() {
            return algorithm;
        }
    }

    public Checksum {
        hex = hex.toLowerCase(Locale.ROOT);
        if (!hex.matches("[0-9a-f]{" + kind.digits + "}")) {
            throw new IllegalArgumentException(
                    kind.algorithm + " has " + kind.digits + " hexadecimal digits, unlike '" + hex + "'");
        }
    }

    /** SHA-256 of the content, uncompressed where the file's name ends in {@code .gz}. */
    public static Checksum sha256(String hex) {
        return new Checksum(Kind.SHA256_OF_CONTENT, hex);
    }

    /** MD5 of the file as it is downloaded. */
    public static Checksum md5OfDownload(String hex) {
        return new Checksum(Kind.MD5_OF_DOWNLOAD, hex);
    }
}
