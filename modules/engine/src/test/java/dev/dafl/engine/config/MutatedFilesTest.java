package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The shipped files with mistakes: each is read, or refused in one short line. {@code -Ddafl.fuzz=100000} tries as many files, and
 * {@code -Ddafl.fuzz.seed=N} begins with the one that a failure names.
 */
class MutatedFilesTest {

    private static final int LONGEST_MESSAGE = 1000;
    private static final int FEW = 300;
    private static final Pattern VALUE = Pattern.compile("(?<=[:\\-\\[{,] )[^\\s,\\]}]+");
    private static final List<String> ODD = List.of(
            "",
            "''",
            "\" \"",
            "\"\\0\"",
            "~",
            "null",
            "true",
            "no",
            "0",
            "-1",
            "-0",
            "1e999",
            ".inf",
            "-.inf",
            ".nan",
            "1e-3",
            "1234e56",
            "010",
            "0x1F",
            "0o17",
            "1_000",
            "12:30",
            "99999999999999999999999",
            "9223372036854775807",
            "-9223372036854775808",
            "0.1",
            "1.",
            ".5",
            "!!binary aGk=",
            "!!binary '*'",
            "!!float x",
            "!!int x",
            "!!set {a}",
            "!foo bar",
            "&a x",
            "*a",
            "&a [*a]",
            "{<<: *a}",
            "<<: {a: 1}",
            "[]",
            "{}",
            "[[[[]]]]",
            "[1, null]",
            "{a: b}",
            "{name: 3}",
            "{name: ''}",
            "{name: lenet5, '': 1}",
            "{name: lenet5, weight: .nan}",
            "\"a\\nb\"",
            "\"\\e[31m\"",
            "\"\\u202E\"",
            "@x",
            "`x",
            "%x",
            "|",
            ">-",
            "? x",
            "- x",
            "'",
            "\"",
            "[",
            "{",
            "#",
            "---",
            "...",
            "../../x",
            "a/b",
            "\u00e9",
            "\ud83d\ude00",
            "\uFEFF",
            "\u0085",
            "\u2028",
            "x".repeat(300),
            "1".repeat(400),
            "[".repeat(600),
            "{a: ".repeat(600));
    private static final List<String> LINES = List.of(
            "matrix: {seed: [1, 2]}",
            "matrix: {a: {b: {teacher.epochs: 1}}}",
            "matrix: {a.b: [x]}",
            "matrix: {'': {'': {'': 1}}}",
            "matrix: {a: {b: {generator.losses.0.weight: 1}}}",
            "x-a: &a {b: 1}",
            "<<: *a",
            "seed: *a",
            "\tseed: 1",
            "? [a]",
            "name: 3",
            "guard: {patience: 1e3}",
            "transfer: {set: normal-noise}",
            "generator: null",
            "a/b: 1",
            "~: 1",
            "a.b: 1");

    @Test
    void aMutatedFileIsReadOrRefusedInOneShortLine() throws IOException {
        List<byte[]> files = new ArrayList<>();
        try (Stream<Path> configs = Files.walk(Path.of("../../configs"))) {
            for (Path file :
                    configs.filter(f -> f.toString().endsWith(".yaml")).sorted().toList()) {
                files.add(Files.readAllBytes(file));
            }
        }
        assertTrue(files.size() >= 5, "no files to begin with");
        long begin = Long.getLong("dafl.fuzz.seed", 1);
        int refused = 0;
        int count = Integer.getInteger("dafl.fuzz", FEW);
        for (long seed = begin; seed < begin + count; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            byte[] mutated = files.get(random.nextInt(files.size()));
            for (int i = random.nextInt(1, 5); i > 0; i--) {
                mutated = mutated(mutated, random);
            }
            refused += refused(seed, mutated) ? 1 : 0;
        }
        // Else the mutations are none, or nothing of them is looked at.
        assertTrue(refused > count / 4 && refused < count, refused + " of " + count + " refused");
    }

    private static boolean refused(long seed, byte[] bytes) {
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            text = new String(bytes, StandardCharsets.ISO_8859_1);
        }
        try {
            if (MatrixFile.parse("exp.yaml", text, Map.of(), "x").isEmpty()) {
                ExperimentFile file = ExperimentFile.parse("exp.yaml", text, Map.of(), "x");
                assertEquals(
                        file.config(),
                        ExperimentFile.parse("again.yaml", ExperimentFile.toYaml(file.config()), Map.of(), "x")
                                .config(),
                        () -> "seed " + seed + ": what is written does not read back as itself");
            }
            return false;
        } catch (ConfigException e) {
            String message = e.getMessage();
            boolean oneLine =
                    message.length() <= LONGEST_MESSAGE && message.lines().count() == 1;
            assertTrue(
                    oneLine && message.chars().noneMatch(Character::isISOControl),
                    () -> "seed " + seed + ": " + message);
            assertTrue(
                    !message.contains("tools.jackson") && !message.contains("java."),
                    () -> "seed " + seed + ": " + message);
            return true;
        } catch (RuntimeException | StackOverflowError e) {
            return fail("seed " + seed + ": " + e, e);
        }
    }

    private static byte[] mutated(byte[] bytes, RandomGenerator random) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        List<String> lines = new ArrayList<>(text.lines().toList());
        if (lines.isEmpty()) {
            return LINES.get(random.nextInt(LINES.size())).getBytes(StandardCharsets.UTF_8);
        }
        int line = random.nextInt(lines.size());
        switch (random.nextInt(8)) {
            case 0 -> {
                byte[] flipped = bytes.clone();
                flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
                return flipped;
            }
            case 1 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 2 -> lines.remove(line);
            case 3 -> lines.add(random.nextInt(lines.size() + 1), lines.get(line));
            case 4 -> lines.add(line, LINES.get(random.nextInt(LINES.size())));
            case 5 -> lines.set(line, lines.get(line).replaceFirst("^ *", " ".repeat(random.nextInt(9))));
            default -> {
                List<MatchResult> values = VALUE.matcher(text).results().toList();
                if (!values.isEmpty()) {
                    MatchResult value = values.get(random.nextInt(values.size()));
                    String odd = ODD.get(random.nextInt(ODD.size()));
                    return (text.substring(0, value.start()) + odd + text.substring(value.end()))
                            .getBytes(StandardCharsets.UTF_8);
                }
            }
        }
        return String.join("\n", lines).concat("\n").getBytes(StandardCharsets.UTF_8);
    }
}
