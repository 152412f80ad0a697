package dev.dafl.engine;

import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the program runs on, as far as Linux tells. */
final class ThisMachine {

    private static final Path PROCESSOR = Path.of("/proc/cpuinfo");
    private static final String MODEL = "model name";

    private ThisMachine() {}

    static RunResult.Machine look() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        return new RunResult.Machine(processor(), Runtime.getRuntime().availableProcessors(), system);
    }

    private static String processor() {
        try (Stream<String> lines = Files.lines(PROCESSOR)) {
            return lines.filter(line -> line.startsWith(MODEL) && line.contains(":"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse("unknown processor");
        } catch (IOException e) {
            // Only a description: a run is not worse without it.
            return "unknown processor";
        }
    }
}
