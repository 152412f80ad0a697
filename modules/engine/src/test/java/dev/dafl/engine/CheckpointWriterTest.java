package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.dafl.engine.config.CheckpointConfig;
import dev.dafl.engine.config.CheckpointConfig.Every;
import dev.dafl.engine.run.Checkpoints;
import dev.dafl.tensor.state.State;
import dev.dafl.tensor.state.Stateful;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointWriterTest {

    private static final Stateful SEVEN = new Stateful() {
        @Override
        public void save(State state) {
            state.put("value", 7);
        }

        @Override
        public void load(State state) {
            throw new AssertionError("nothing is read here");
        }
    };

    @TempDir
    private Path folder;

    private final List<String> heard = new ArrayList<>();

    @Test
    void oneThatCannotBeWrittenIsNotToldAsWritten() throws IOException {
        Path run = Files.createDirectory(folder.resolve("run"));
        CheckpointWriter writer = writer(run);
        writer.interrupted(SEVEN, 3);
        Files.delete(Checkpoints.in(run).getFirst());
        Files.delete(run);
        writer.interrupted(SEVEN, 4);
        assertEquals(List.of("written 3", "failed"), heard);
    }

    private CheckpointWriter writer(Path run) {
        return new CheckpointWriter(
                new Checkpoints(run, 2),
                new CheckpointConfig(new Every.Never(), 2),
                SEVEN,
                new CheckpointWriter.Listener() {
                    @Override
                    public void written(long step, double seconds) {
                        heard.add("written " + step);
                    }

                    @Override
                    public void failed(double seconds) {
                        heard.add("failed");
                    }
                });
    }
}
