package dev.dafl.libtorch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProcessEndTest {

    /** What is registered ends the process by SIGABRT, were it called. */
    @ParameterizedTest
    @CsvSource({"exit, before, 3", "exit, after, 3", "halt, before, 4", "halt, after, 4"})
    void theEndOfTheProcessCallsNothingThatLibrariesHaveRegistered(
            String how, String when, int code, @TempDir Path folder) throws Exception {
        Process process = started(folder, how, when, code);
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(code, process.waitFor(), said);
        assertEquals("", said);
    }

    private static Process started(Path folder, String how, String when, int code) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Ending.class.getName(),
                        how,
                        when,
                        Integer.toString(code)))
                .directory(folder.toFile())
                .redirectErrorStream(true);
        // The JVM says that it has seen it.
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        return builder.start();
    }

    /** Has the C library call {@code abort} at its end, before or after libtorch is loaded, and ends. */
    static final class Ending {

        private Ending() {}

        public static void main(String[] arguments) throws Throwable {
            Libtorch.endWithoutDestructors();
            if (arguments[1].equals("before")) {
                abortAtExit();
            }
            Libtorch.load();
            if (arguments[1].equals("after")) {
                abortAtExit();
            }
            int code = Integer.parseInt(arguments[2]);
            if (arguments[0].equals("halt")) {
                Libtorch.halt(code);
            }
            System.exit(code);
        }

        private static void abortAtExit() throws Throwable {
            Linker linker = Linker.nativeLinker();
            MemorySegment abort = linker.defaultLookup().findOrThrow("abort");
            int failed = (int) linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("on_exit"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS))
                    .invokeExact(abort, MemorySegment.NULL);
            if (failed != 0) {
                throw new IllegalStateException("on_exit gives " + failed);
            }
        }
    }
}
