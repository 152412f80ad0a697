package dev.dafl.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.tools.NetworkBenchmark.Work;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NetworkComparisonTest {

    @TempDir
    private Path folder;

    @Test
    void aNetworkIsReadAsItIsWritten() {
        NamedNetwork network = NamedNetwork.parse("wide-resnet:width=1");
        assertEquals(Map.of("depth", "40", "width", "1"), network.options());
        assertEquals("wide-resnet:depth=40:width=1", network.toString());
        assertEquals(network, NamedNetwork.parse(network.toString()));
        assertEquals(new NamedNetwork("resnet18", Map.of()), NamedNetwork.parse("resnet18"));
        String message = assertThrows(IllegalArgumentException.class, () -> NamedNetwork.parse("wide-resnet:16"))
                .getMessage();
        assertTrue(message.endsWith("not wide-resnet:16"), message);
    }

    @Test
    void bothSidesAreAskedForTheSameWork() throws Exception {
        Path ours = program("ours", "0.5");
        Path python = program("python", "1.0");
        NetworkComparison comparison =
                new NetworkComparison(Optional.of(python), List.of(ours.toString(), "alone"), 1, 2, 3, 4, "cpu");
        List<Rounds.Row> rows = comparison.at(NamedNetwork.parse("wide-resnet"), Work.FROZEN, 128, List.of("fp32"));
        assertEquals(
                List.of("dafl fp32", "PyTorch fp32 NCHW", "PyTorch fp32 channels-last", "PyTorch fp32 compiled"),
                rows.stream().map(Rounds.Row::name).toList());
        assertEquals(List.of(new Spread(2, 2, 2)), rows.getLast().ratios(), "PyTorch's time divided by ours");
        assertEquals(
                "alone --networks wide-resnet:depth=40:width=2 --work frozen --batch 128 --precision fp32 --steps 2 --device cpu",
                Files.readString(folder.resolve("ours.asked")).strip());
        assertTrue(Files.readString(folder.resolve("python.asked"))
                .strip()
                .endsWith(" 40 2 frozen fp32 128 compiled 3 2 4 cpu"));
    }

    @Test
    void aNetworkThatTheScriptDoesNotKnowIsTimedAlone() throws Exception {
        NetworkComparison comparison = new NetworkComparison(
                Optional.of(folder.resolve("nobody")),
                List.of(program("ours", "0.5").toString()),
                1,
                1,
                1,
                1,
                "cpu");
        assertEquals(
                List.of("dafl bf16"),
                comparison.at(NamedNetwork.parse("vgg11"), Work.TRAINING, 8, List.of("bf16")).stream()
                        .map(Rounds.Row::name)
                        .toList());
    }

    /** Writes down what it is asked last, and says how long it took. */
    private Path program(String name, String seconds) throws Exception {
        Path program = Files.writeString(folder.resolve(name), """
                #!/bin/sh
                echo "$@" > '%s'
                echo %s
                echo peak-mb 7
                """.formatted(folder.resolve(name + ".asked"), seconds));
        assertTrue(program.toFile().setExecutable(true));
        return program;
    }
}
