package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedObjectTest {

    @TempDir
    private Path folder;

    @Test
    void namesWhatARealLibraryNeedsAndWhereItLooks() {
        Path libtorch = Libtorch.info().folder();
        SharedObject cpu = SharedObject.read(libtorch.resolve("libtorch_cpu.so"));
        assertTrue(cpu.needed().containsAll(List.of("libc10.so", "libgomp.so.1", "libc.so.6")));
        assertTrue(cpu.searched().contains(libtorch), cpu.searched().toString());
    }

    @Test
    void originIsTheFoldersOwnAndRelativeFoldersAreLeftOut() throws IOException {
        Path file = FakeLibrary.write(
                folder.resolve("torch/lib/liba.so"),
                "$ORIGIN/../../nvidia/cu13/lib:${ORIGIN}:here:/opt/x",
                List.of("libb.so.1", "libc.so.6"));
        SharedObject library = SharedObject.read(file);
        assertEquals(List.of("libb.so.1", "libc.so.6"), library.needed());
        assertEquals(
                List.of(folder.resolve("nvidia/cu13/lib"), folder.resolve("torch/lib"), Path.of("/opt/x")),
                library.searched());
    }

    @Test
    void whatIsNoWholeLibraryIsRefusedByName() throws IOException {
        Path whole = FakeLibrary.write(folder.resolve("whole.so"), "libb.so.1");
        byte[] bytes = Files.readAllBytes(whole);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = Files.write(folder.resolve("cut.so"), Arrays.copyOf(bytes, length));
            String message = assertThrows(LibtorchException.class, () -> SharedObject.read(cut), "cut at " + length)
                    .getMessage();
            assertTrue(message.contains(cut + " is no whole shared library"), message);
        }
        Path text = Files.writeString(
                folder.resolve("text.so"), "version https://git-lfs.github.com/spec/v1\noid sha256:00".repeat(9));
        assertThrows(LibtorchException.class, () -> SharedObject.read(text));
    }
}
