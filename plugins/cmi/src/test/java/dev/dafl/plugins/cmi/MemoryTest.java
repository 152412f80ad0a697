package dev.dafl.plugins.cmi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MemoryTest {

    private static final RandomStream RANDOM = new RandomStream(5);

    private TensorScope scope;
    private NamedWorkspace workspace;
    private Memory memory;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
        workspace = new NamedWorkspace(
                new Surroundings(
                        new ImageShape(1, 2, 2),
                        2,
                        new Normalization(List.of(0.5), List.of(0.5)),
                        Device.CPU,
                        MemoryFormat.CONTIGUOUS,
                        RANDOM,
                        name -> Path.of(name)),
                "test");
        memory = new Memory(workspace.rows("memory", 5, 1));
    }

    @AfterEach
    void close() {
        workspace.close();
        scope.close();
    }

    @Test
    void onlyWhatWasAddedIsDrawn() {
        assertTrue(memory.draw(4, RANDOM.at("draw", 0)).isEmpty());
        memory.embeddings().add(Tensor.of(new float[] {1, 2, 3}, 3, 1));
        assertArrayEquals(
                new float[] {1, 2, 3},
                memory.draw(4, RANDOM.at("draw", 0)).orElseThrow().toFloats());
        Set<Float> seen = new TreeSet<>();
        for (int i = 0; i < 50; i++) {
            float[] drawn = memory.draw(2, RANDOM.at("draw", i)).orElseThrow().toFloats();
            assertEquals(2, drawn.length);
            seen.add(drawn[0]);
            seen.add(drawn[1]);
        }
        assertEquals(Set.of(1f, 2f, 3f), seen);
    }
}
