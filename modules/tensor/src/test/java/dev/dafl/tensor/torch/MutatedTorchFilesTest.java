package dev.dafl.tensor.torch;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.dafl.tensor.NoLeaks;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.torch.ZipWriter.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * PyTorch's files with mistakes, by accident and on purpose: each is read, or refused in a sentence, and nothing in it is run.
 * {@code -Ddafl.fuzz=100000} tries as many, {@code -Ddafl.fuzz.seed=N} begins with the one that a failure names.
 */
@ExtendWith(NoLeaks.class)
class MutatedTorchFilesTest {

    private static final Path FILES = Path.of("src/test/resources/torch");
    private static final List<String> SOUND = List.of(
            "tensors.pt",
            "tensors-legacy.pt",
            "tensors-protocol-4.pt",
            "tensors-wide.pt",
            "averaged.pt",
            "checkpoint.pth.tar",
            "checkpoint-legacy.pth.tar",
            "unreadable.pt",
            "evil.pt",
            "evil-legacy.pt");
    private static final int FEW = 1200;
    private static final int LONGEST_MESSAGE = 1500;

    /** Every step of a pickle, and numbers that a length may be. */
    private static final byte[] STEPS =
            "(.012FNIJKLMPQRSTUVXabcd}egh ijl]opqrstu)uBC\u0080\u0081\u0082\u0085\u0086\u0087\u0088\u0089\u008a\u008b\u008c\u008d\u008e\u008f\u0090\u0091\u0092\u0093\u0094\u0095\u0096\u0097\u0098"
                    .getBytes(StandardCharsets.ISO_8859_1);

    private static final List<Long> LENGTHS = List.of(
            0L, 1L, 255L, 65535L, 65536L, 0x7fffffffL, 0x80000000L, 0xffffffffL, Long.MAX_VALUE, Long.MIN_VALUE, -1L);

    @TempDir
    private Path folder;

    @Test
    void everyMistakeEndsInTensorsOrInASentence() throws IOException {
        long begin = Long.getLong("dafl.fuzz.seed", 1);
        int count = Integer.getInteger("dafl.fuzz", FEW);
        int refused = 0;
        for (long seed = begin; seed < begin + count; seed++) {
            RandomGenerator random =
                    RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
            String name = SOUND.get(random.nextInt(SOUND.size()));
            byte[] sound = Files.readAllBytes(FILES.resolve(name));
            boolean zip = sound[0] == 'P';
            byte[] spoilt = zip && random.nextInt(4) > 0 ? inPickle(sound, random) : spoilt(sound, random);
            Path file = Files.write(folder.resolve("spoilt.pt"), spoilt);
            refused += isRefused(file, "seed " + seed + ", " + name) ? 1 : 0;
        }
        System.out.println(count + " files of PyTorch with mistakes, " + refused + " refused");
        assertTrue(refused > count / 4 && refused < count, refused + " of " + count + " refused");
        assertFalse(Files.exists(Path.of("/tmp/dafl-was-here")), "a pickle's command was run");
    }

    private static boolean isRefused(Path file, String which) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            TorchFile.read(file, Optional.empty());
            return false;
        } catch (TorchException e) {
            String message = e.getMessage();
            boolean sound = message.startsWith(file + " ")
                    && message.length() < LONGEST_MESSAGE
                    && message.replace("\n  ", "").chars().noneMatch(Character::isISOControl)
                    && !message.contains("java.");
            assertTrue(sound, which + ": " + message);
            return true;
        } catch (RuntimeException | Error e) {
            return fail(which, e);
        }
    }

    /** In the pickle of an archive that is sound again around it. */
    private static byte[] inPickle(byte[] archive, RandomGenerator random) throws IOException {
        ZipArchive zip = ZipArchive.open(MemorySegment.ofArray(archive));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ZipWriter writer = new ZipWriter(out);
        for (String name : zip.names()) {
            byte[] content = zip.content(name).orElseThrow().toArray(ValueLayout.JAVA_BYTE);
            boolean change = name.endsWith("data.pkl") || random.nextInt(20) == 0;
            byte[] changed = change ? spoilt(content, random) : content;
            writer.add(name, new Content(changed.length, stream -> stream.write(changed)));
        }
        writer.end();
        return out.toByteArray();
    }

    private static byte[] spoilt(byte[] sound, RandomGenerator random) {
        byte[] bytes = sound;
        for (int i = random.nextInt(1, 3); i > 0; i--) {
            bytes = once(bytes, random);
        }
        return bytes;
    }

    private static byte[] once(byte[] bytes, RandomGenerator random) {
        if (bytes.length < 16) {
            return new byte[random.nextInt(1, 20)];
        }
        int at = random.nextInt(bytes.length - 8);
        int length = random.nextInt(1, 9);
        byte[] changed = bytes.clone();
        ByteBuffer numbers = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        long number = LENGTHS.get(random.nextInt(LENGTHS.size()));
        switch (random.nextInt(9)) {
            case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> changed[at] = STEPS[random.nextInt(STEPS.length)];
            case 2 -> numbers.putInt(at, (int) number);
            case 3 -> numbers.putLong(at, number);
            case 4 -> numbers.putShort(at, (short) number);
            case 5 -> {
                return Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 6 -> {
                return joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, at + length, bytes.length));
            }
            case 7 -> {
                int from = random.nextInt(bytes.length - 8);
                byte[] other = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + random.nextInt(1, 60)));
                return joined(joined(Arrays.copyOf(bytes, at), other), Arrays.copyOfRange(bytes, at, bytes.length));
            }
            default -> {
                byte[] steps = new byte[length];
                for (int i = 0; i < length; i++) {
                    steps[i] = STEPS[random.nextInt(STEPS.length)];
                }
                return joined(joined(Arrays.copyOf(bytes, at), steps), Arrays.copyOfRange(bytes, at, bytes.length));
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
