package dev.dafl.plugins.tensorboard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {

    @TempDir
    private Path folder;

    /** The checksums are those of RFC 3720, appendix B.4, masked as the format says. */
    @Test
    void aChecksumIsMasked() {
        assertEquals(mask(0x8a9136aa), EventFile.masked(new byte[32], 32));
        byte[] ones = HexFormat.of().parseHex("ff".repeat(32));
        assertEquals(mask(0x62a8ab43), EventFile.masked(ones, 32));
        byte[] text = "123456789".getBytes(StandardCharsets.UTF_8);
        assertEquals(mask(0xe3069283), EventFile.masked(text, text.length));
    }

    private static int mask(int crc) {
        return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
    }

    /** {@code src/test/python/events.py} has written the same with TensorBoard's own writer. */
    @Test
    void filesAreToTheByteWhatTensorBoardsOwnWriterWrites() throws IOException {
        byte[] golden = Files.readAllBytes(Path.of("src/test/resources/tensorboard.events"));
        byte[] png = HexFormat.of().parseHex("89504e470d0a1a0a0000000d49484452000000030000000208020000001216f14d");
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("loss/one-hot", 0.5);
        values.put("rate/student", Double.NaN);
        try (EventFile file = EventFile.next(folder)) {
            file.write(EventRecord.version(1.5));
            file.write(EventRecord.start(1.5, 7));
            file.write(EventRecord.scalars(2.25, 8, values));
            file.write(EventRecord.image(2.5, 9, "generated", png));
            file.write(EventRecord.text(2.75, 10, "result", "größer | 1"));
        }
        assertArrayEquals(golden, Files.readAllBytes(folder.resolve("events.out.tfevents.0000000001.dafl")));
    }

    @Test
    void eachProcessHasAFileOfItsOwnWhoseNameSortsBehind() throws IOException {
        Files.writeString(folder.resolve("events.out.tfevents.0000000009.dafl"), "");
        Files.writeString(folder.resolve("notes.txt"), "");
        EventFile.next(folder.resolve("new")).close();
        EventFile.next(folder).close();
        assertTrue(Files.exists(folder.resolve("new/events.out.tfevents.0000000001.dafl")));
        assertTrue(Files.exists(folder.resolve("events.out.tfevents.0000000010.dafl")));
    }
}
