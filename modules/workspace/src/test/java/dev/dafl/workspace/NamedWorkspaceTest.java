package dev.dafl.workspace;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.Workspace.Bank;
import dev.dafl.spi.Workspace.Counter;
import dev.dafl.spi.Workspace.Learner;
import dev.dafl.spi.Workspace.Rows;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions.Adam;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.StateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NamedWorkspaceTest {

    private static final RandomStream RANDOM = new RandomStream(5);

    @TempDir
    private Path folder;

    private long live;

    @BeforeEach
    void count() {
        live = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(live, Tensor.liveCount());
    }

    private NamedWorkspace workspace() {
        return new NamedWorkspace(
                new Surroundings(
                        new ImageShape(2, 2, 3),
                        4,
                        new Normalization(List.of(0.5, 0.25), List.of(0.25, 0.5)),
                        Device.CPU,
                        MemoryFormat.CONTIGUOUS,
                        RANDOM,
                        name -> folder.resolve(name.replace(' ', '-'))),
                "test");
    }

    private static Network linear(NamedWorkspace workspace) {
        return workspace.network("linear", path -> Linear.of(path, 3, 2));
    }

    /** As it would be read from a disk. */
    private static State kept(NamedWorkspace workspace) {
        State state = State.empty();
        workspace.save(state);
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        state.tensors().forEach((name, tensor) -> tensors.put(name, tensor.copy()));
        return State.of(tensors, state.values());
    }

    @Test
    void oneNameIsOneThing() {
        try (NamedWorkspace workspace = workspace()) {
            assertSame(linear(workspace), linear(workspace));
            Counter counter = workspace.counter("steps");
            counter.set(3);
            assertEquals(3, workspace.counter("steps").get());
            assertEquals(0, workspace.counter("others").get());
            assertThrows(IllegalArgumentException.class, () -> workspace.counter("a.b"));
        }
    }

    @Test
    void theNewestRowsTakeThePlacesOfTheOldest() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace()) {
            Rows rows = workspace.rows("rows", 5, 1);
            assertEquals(0, rows.size());
            rows.add(Tensor.of(new float[] {1, 2, 3}, 3, 1));
            assertArrayEquals(new float[] {1, 2, 3}, rows.all().toFloats());
            rows.add(Tensor.of(new float[] {4, 5, 6}, 3, 1));
            assertArrayEquals(new float[] {6, 2, 3, 4, 5}, rows.all().toFloats());
            rows.add(Tensor.of(new float[] {7, 8, 9, 10, 11}, 5, 1));
            assertArrayEquals(new float[] {11, 7, 8, 9, 10}, rows.all().toFloats());
            assertEquals(5, rows.size());

            Tensor six = Tensor.zeros(DType.FLOAT32, Device.CPU, 6, 1);
            assertThrows(IllegalArgumentException.class, () -> rows.add(six));
            Tensor wide = Tensor.zeros(DType.FLOAT32, Device.CPU, 1, 2);
            assertThrows(IllegalArgumentException.class, () -> rows.add(wide));
            assertThrows(IllegalArgumentException.class, () -> workspace.rows("none", 0, 1));
        }
    }

    @Test
    void rowsGoOnWhereTheyWere() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace();
                NamedWorkspace again = workspace()) {
            Rows rows = workspace.rows("rows", 3, 2, 1);
            rows.add(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2, 1));
            State state = kept(workspace);
            rows.add(Tensor.of(new float[] {5, 6, 7, 8}, 2, 2, 1));

            again.load(state);
            Rows resumed = again.rows("rows", 3, 2, 1);
            assertArrayEquals(new float[] {1, 2, 3, 4}, resumed.all().toFloats());
            resumed.add(Tensor.of(new float[] {5, 6, 7, 8}, 2, 2, 1));
            assertArrayEquals(rows.all().toFloats(), resumed.all().toFloats());
        }
    }

    @Test
    void aNetworkIsRenewedWithValuesOfTheNumber() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace();
                NamedWorkspace other = workspace()) {
            Network network = linear(workspace);
            float[] first = weight(network);
            workspace.renew(network, 1);
            float[] second = weight(network);
            workspace.renew(network, 2);
            assertNotEquals(first[0], second[0]);
            assertNotEquals(second[0], weight(network)[0]);
            other.renew(linear(other), 1);
            assertArrayEquals(second, weight(linear(other)));
            assertThrows(IllegalArgumentException.class, () -> workspace.renew(linear(other), 1));
        }
    }

    private static float[] weight(Network network) {
        return network.parameters().trainable().getFirst().toFloats();
    }

    /** One step of a network, a tensor, and what trains them. */
    private static float[] step(NamedWorkspace workspace, int times) {
        Network network = linear(workspace);
        Tensor images = workspace
                .tensor("images", () -> Tensor.of(new float[] {1, 2, 3}, 1, 3))
                .requiresGrad_(true);
        Learner both = workspace.learner(
                "both",
                List.of(images, network.parameters().trainable().getFirst()),
                Adam.DEFAULTS,
                LearningRate.step(0.1, 2, 0.5));
        for (int i = 0; i < times; i++) {
            try (TensorScope _ = TensorScope.open()) {
                network.forward(images, Pass.train()).square().sum().backward();
                both.step();
            }
        }
        return images.detach().toFloats();
    }

    @Test
    void whatIsTakenUpGoesOnWhetherItIsAskedForBeforeOrAfter() {
        try (TensorScope _ = TensorScope.open()) {
            float[] whole;
            try (NamedWorkspace workspace = workspace()) {
                whole = step(workspace, 5);
            }
            State kept;
            try (NamedWorkspace workspace = workspace()) {
                step(workspace, 3);
                kept = kept(workspace);
            }
            try (NamedWorkspace workspace = workspace()) {
                workspace.load(kept);
                assertEquals(
                        kept.tensors().keySet(), kept(workspace).tensors().keySet(), "what nobody has asked for yet");
                assertArrayEquals(whole, step(workspace, 2));
            }
            try (NamedWorkspace workspace = workspace()) {
                step(workspace, 1);
                workspace.load(kept);
                assertArrayEquals(whole, step(workspace, 2));
            }
        }
    }

    @Test
    void whatWasMadeAfterAStateWasSavedIsNoneOfIt() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace()) {
            workspace.counter("before").set(1);
            State kept = kept(workspace);
            workspace.counter("later").set(7);
            workspace.load(kept);
            assertEquals(1, workspace.counter("before").get());
            assertEquals(kept.values(), kept(workspace).values());
            assertEquals(0, workspace.counter("later").get());
        }
    }

    @Test
    void aBankGivesBackPixels() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace()) {
            Bank bank = workspace.bank("made", 3);
            assertThrows(IllegalStateException.class, () -> bank.draw(1, RANDOM.at("draw", 0)));
            // Black, white and half of the first channel are -2, 2 and 0; of the second -0.5, 1.5 and 0.5. What is
            // outside is cut.
            bank.add(
                    Tensor.of(new float[] {-2, 2, -9, 9, -2, 2, -0.5f, 1.5f, -9, 9, 1.5f, -0.5f}, 1, 2, 2, 3),
                    Optional.of(Tensor.of(new long[] {3}, 1)));
            assertEquals(1, bank.size());
            TransferBatch batch = bank.draw(2, RANDOM.at("draw", 0));
            assertArrayEquals(new long[] {2, 2, 2, 3}, batch.images().shape());
            float[] first = batch.images().select(0, 1).toFloats();
            assertArrayEquals(new float[] {-2, 2, -2, 2, -2, 2, -0.5f, 1.5f, -0.5f, 1.5f, 1.5f, -0.5f}, first, 1e-6f);
            assertArrayEquals(new long[] {3, 3}, batch.labels().orElseThrow().toLongs());
            assertThrows(
                    IllegalArgumentException.class,
                    () -> bank.add(Tensor.of(new float[4], 1, 1, 2, 2), Optional.empty()));
        }
    }

    @Test
    void theOldestLeaveABankAndOneWithoutLabelsGivesNone() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = workspace()) {
            Bank bank = workspace.bank("made", 2);
            for (int i = 0; i < 5; i++) {
                add(bank, i / 4f);
            }
            assertEquals(2, bank.size());
            float[] drawn = bank.draw(40, RANDOM.at("draw", 1))
                    .images()
                    .amin(false, 1, 2, 3)
                    .toFloats();
            for (float least : drawn) {
                assertTrue(least > -0.6, least + " is of an image that has left");
            }
            assertTrue(bank.draw(1, RANDOM.at("draw", 2)).labels().isEmpty());
        }
    }

    /** Of one grey. */
    private static void add(Bank bank, float pixel) {
        float[] values = new float[12];
        for (int i = 0; i < 12; i++) {
            values[i] = i < 6 ? (pixel - 0.5f) / 0.25f : (pixel - 0.25f) / 0.5f;
        }
        bank.add(Tensor.of(values, 1, 2, 2, 3), Optional.empty());
    }

    @Test
    void aBankIsCutBackToWhatACheckpointCounts() throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            State kept;
            try (NamedWorkspace workspace = workspace()) {
                Bank bank = workspace.bank("made", 9);
                add(bank, 0);
                add(bank, 1);
                kept = kept(workspace);
                add(bank, 0.5f);
            }
            Path file = folder.resolve("test-made");
            assertEquals(3 * (4 + 12), Files.size(file));
            try (NamedWorkspace workspace = workspace()) {
                workspace.load(kept);
                assertEquals(2, workspace.bank("made", 9).size());
                assertEquals(2 * (4 + 12), Files.size(file));
            }
            // A run that begins has no images of one before it.
            try (NamedWorkspace workspace = workspace()) {
                add(workspace.bank("made", 9), 1);
                assertEquals(4 + 12, Files.size(file));
            }
            try (NamedWorkspace workspace = workspace()) {
                workspace.load(kept);
                StateException e = assertThrows(StateException.class, () -> workspace.bank("made", 9));
                assertFalse(e.getMessage().isEmpty());
            }
        }
    }

    @Test
    void aBankThatCannotBeWrittenSaysWhereAndWhatToDo() {
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = new NamedWorkspace(
                        new Surroundings(
                                new ImageShape(2, 2, 3),
                                4,
                                new Normalization(List.of(0.5, 0.25), List.of(0.25, 0.5)),
                                Device.CPU,
                                MemoryFormat.CONTIGUOUS,
                                RANDOM,
                                _ -> folder.resolve("not-there").resolve("bank")),
                        "test")) {
            Bank bank = workspace.bank("made", 9);
            BankFailedException e = assertThrows(BankFailedException.class, () -> add(bank, 1));
            assertTrue(
                    e.getMessage()
                                    .startsWith("cannot keep images in "
                                            + folder.resolve("not-there").resolve("bank"))
                            && e.getMessage().endsWith("go on from the last checkpoint with dafl resume"),
                    e.getMessage());
        }
    }
}
