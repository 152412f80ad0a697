package dev.dafl.server.client;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.server.client.SseReader.Message;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SseReaderTest {

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void eventsEndWithAnEmptyLineWhateverEndsALine(String end) throws IOException {
        String text = String.join(
                end,
                ": welcome",
                "id: 1",
                "event: progress",
                "data: {\"a\":",
                "data:  1}",
                "",
                ":keep-alive",
                "",
                "data:é→𝄞",
                "retry: 10",
                "",
                "");
        assertEquals(
                List.of(new Message("1", "progress", "{\"a\":\n 1}"), new Message("1", "message", "é→𝄞")), read(text));
    }

    @Test
    void anEventThatWasCutOffIsNone() throws IOException {
        String text = "id: 1\ndata: a\n\nid: 2\nevent: b\ndata: b\n";
        for (int length = 0; length < text.length(); length++) {
            assertEquals(
                    length < 15 ? List.of() : List.of(new Message("1", "message", "a")),
                    read(text.substring(0, length)),
                    "of " + length);
        }
        assertEquals(2, read(text + "\n").size());
    }

    @Test
    void whatHasNoDataIsNoEvent() throws IOException {
        assertEquals(
                List.of(new Message("4", "message", "x")),
                read("\uFEFFevent: a\nid: 3\n\n\n\nid: 4\ndata: x\n\nevent: b\n\n"));
    }

    @Test
    void aFieldWithoutAColonIsEmptyAndAnIdWithNulIsPassedOver() throws IOException {
        assertEquals(
                List.of(new Message("5", "message", ""), new Message("5", "message", "\n"), new Message("", "m", "y")),
                read("id: 5\ndata:\n\nid: 6\0\ndata\ndata\n\nid\nevent: m\ndata: y\n\n").stream()
                        .toList());
    }

    private static List<Message> read(String text) throws IOException {
        SseReader reader = new SseReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), "");
        List<Message> messages = new ArrayList<>();
        for (Optional<Message> next = reader.next(); next.isPresent(); next = reader.next()) {
            messages.add(next.get());
        }
        return messages;
    }
}
