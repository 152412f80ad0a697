package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigTextTest {

    private static final ConfigText TEXT = new ConfigText("a.yaml", """
            x-aside: {weights: not-this.pt}
            x-base: &base {model: lenet5}
            teacher: {<<: *base, weights: nets/teacher.pt, epochs: 3}
            variants: [{name: one}, [deep.onnx]]
            """);

    @Test
    void allTextsAreFoundWhereverTheyStand() {
        assertEquals(
                List.of("deep.onnx", "lenet5", "nets/teacher.pt", "one", "other.pt"),
                TEXT.values(Map.of("teacher.weights", "other.pt", "teacher.epochs", "4")).stream()
                        .sorted()
                        .toList());
    }

    @Test
    void whatIsNoYamlIsToldWithItsLine() {
        ConfigException e = assertThrows(
                ConfigException.class, () -> new ConfigText("a.yaml", "name: a\nb: [1\n").values(Map.of()));
        assertEquals("a.yaml:", e.getMessage().substring(0, 7), e.getMessage());
    }
}
