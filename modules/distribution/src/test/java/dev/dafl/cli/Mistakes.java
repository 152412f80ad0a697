package dev.dafl.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** Makes sound files unsound, in the same way for the same seed. */
final class Mistakes {

    private static final Pattern JSON_VALUE =
            Pattern.compile("\"(?:[^\"\\\\]++|\\\\.)*+\"|-?\\d[\\d.eE+-]*|true|false|null");
    private static final Pattern HEADER_VALUE = Pattern.compile("(?<=[:;,=])[^:;,=\r\n]+");
    private static final List<String> ODD = List.of(
            "",
            "0",
            "-1",
            "1e999",
            "NaN",
            "-0.0",
            "9223372036854775808",
            "99999999999999999999999999",
            "1.5",
            "null",
            "true",
            "\"\"",
            "\"x\"",
            "\"\\u0000\"",
            "\"a\\nb\"",
            "\"\\ud800\"",
            "\"../../x\"",
            "\"<script>\"",
            "[]",
            "{}",
            "[null]",
            "{\"a\": {}}",
            "[[1, 2], [3]]",
            "{",
            "]",
            "\"",
            "\"F64\"",
            "\"" + "x".repeat(3000) + "\"",
            "1".repeat(400),
            "[".repeat(2000));

    private final RandomGenerator random;

    Mistakes(long seed) {
        random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    }

    /** A number from 0 below a bound. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    /** With one to three mistakes among the bytes. */
    byte[] inBytes(byte[] sound) {
        byte[] bytes = sound;
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            bytes = oneInBytes(bytes);
        }
        return bytes;
    }

    /** With a mistake in a JSON value or among the bytes. */
    byte[] inJson(byte[] sound) {
        byte[] bytes = sound;
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            bytes = random.nextInt(4) == 0 ? oneInBytes(bytes) : odd(bytes, JSON_VALUE);
        }
        return bytes;
    }

    /** With mistakes in the header, in front of which its length may be right, or anywhere. */
    byte[] inSafetensors(byte[] sound) {
        if (random.nextInt(4) == 0) {
            return inBytes(sound);
        }
        int length = (int) ByteBuffer.wrap(sound).order(ByteOrder.LITTLE_ENDIAN).getLong();
        byte[] header = inJson(Arrays.copyOfRange(sound, Long.BYTES, Long.BYTES + length));
        byte[] data = Arrays.copyOfRange(sound, Long.BYTES + length, sound.length);
        return ByteBuffer.allocate(Long.BYTES + header.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(random.nextInt(8) == 0 ? length : header.length)
                .put(header)
                .put(data)
                .array();
    }

    /** With mistakes in one of its files, in a whole archive, or among the archive's bytes. */
    byte[] inJar(byte[] sound) throws IOException {
        if (random.nextInt(3) == 0) {
            return inBytes(sound);
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(sound))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                files.put(entry.getName(), in.readAllBytes());
            }
        }
        List<String> names = new ArrayList<>(
                files.keySet().stream().filter(name -> !name.endsWith("/")).toList());
        String name = random.nextBoolean() ? "META-INF/MANIFEST.MF" : names.get(random.nextInt(names.size()));
        switch (random.nextInt(6)) {
            case 0 -> files.remove(name);
            case 1 -> files.put(name, inBytes(files.get(name)));
            default -> files.put(name, odd(files.get(name), HEADER_VALUE));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
                out.closeEntry();
            }
        }
        return bytes.toByteArray();
    }

    private byte[] odd(byte[] bytes, Pattern values) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        List<MatchResult> found = values.matcher(text).results().toList();
        if (found.isEmpty()) {
            return oneInBytes(bytes);
        }
        MatchResult value = found.get(random.nextInt(found.size()));
        // Another value of the same file is what an exchange of two would be.
        String other = random.nextInt(3) == 0
                ? found.get(random.nextInt(found.size())).group()
                : ODD.get(random.nextInt(ODD.size()));
        return (text.substring(0, value.start()) + other + text.substring(value.end()))
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] oneInBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[random.nextInt(1, 20)];
        }
        int at = random.nextInt(bytes.length);
        int length = Math.min(bytes.length - at, random.nextInt(1, 40));
        byte[] changed = bytes.clone();
        switch (random.nextInt(6)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = (byte) random.nextInt(256);
            case 2 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 3 -> Arrays.fill(changed, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
            case 4 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
            }
            default -> {
                return joined(Arrays.copyOf(bytes, at + length), Arrays.copyOfRange(bytes, at, bytes.length));
            }
        }
        return changed;
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] all = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, all, one.length, other.length);
        return all;
    }
}
