package dev.dafl.server.jobs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A dafl without libtorch. The experiment that it is given is the plan of it; a run notes which GPUs it may see, in
 * {@code RUN.gpu} beside that file, and ends when a file {@code go} lies there.
 */
final class FakeProgram {

    private FakeProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        switch (arguments[0]) {
            case "plan" -> System.out.println(Files.readString(Path.of(arguments[1])));
            case "run" -> run(name(arguments));
            case "report" -> Files.writeString(Path.of("reported"), "");
            default -> System.exit(3);
        }
    }

    private static String name(String[] arguments) {
        for (int i = 0; i < arguments.length - 1; i++) {
            if (arguments[i].equals("--run")) {
                return arguments[i + 1];
            }
        }
        return "run";
    }

    private static void run(String name) throws IOException, InterruptedException {
        Path note = Path.of(name + ".gpu");
        Path coming = Path.of(name + ".coming");
        Files.writeString(coming, String.valueOf(System.getenv("CUDA_VISIBLE_DEVICES")));
        Files.move(coming, note);
        ProcessHandle parent = ProcessHandle.current().parent().orElseThrow();
        while (!Files.exists(Path.of("go")) && parent.isAlive()) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }
}
