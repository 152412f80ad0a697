package dev.dafl.server.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.host.ThisProgram;
import dev.dafl.server.jobs.RefusedException.Why;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginFolderTest {

    /** Another thread would wait for ever. */
    @Test
    void aNameThatIsRefusedKeepsNobodyWaiting(@TempDir Path folder) throws Exception {
        PluginFolder plugins =
                new PluginFolder(folder, new Programs(new ThisProgram(PluginFolderTest.class), List.of()), true);
        try (ExecutorService other = Executors.newVirtualThreadPerTaskExecutor()) {
            RefusedException refused = other.submit(() -> assertThrows(
                            RefusedException.class, () -> plugins.put("../x.jar", InputStream.nullInputStream())))
                    .get();
            assertEquals(Why.INVALID, refused.why());
        }
        RefusedException missing = assertThrows(RefusedException.class, () -> plugins.remove("x.jar"));
        assertEquals(Why.MISSING, missing.why());
    }
}
