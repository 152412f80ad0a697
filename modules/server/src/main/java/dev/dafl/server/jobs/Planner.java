package dev.dafl.server.jobs;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;

/** Looks through a file before it is queued, in a process of its own: it runs the code of plugins. */
final class Planner {

    private static final int AT_ONCE = 2;
    private static final String PREFIX = "dafl: ";

    private final Programs programs;
    private final Semaphore free = new Semaphore(AT_ONCE, true);

    Planner(Programs programs) {
        this.programs = programs;
    }

    /** @throws RefusedException with what the command line says of the file */
    Plan plan(JobFolder folder, String file, Map<String, String> set) throws IOException {
        try {
            free.acquire();
            try {
                return Answers.of(programs.plan(folder, file, set), Plan.class, Planner::refused);
            } finally {
                free.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** In the words of the command line, which end the messages. */
    private static RefusedException refused(String said, int code) {
        int begin = said.lastIndexOf("\n" + PREFIX) + 1;
        String message = said.startsWith(PREFIX, begin)
                ? said.substring(begin + PREFIX.length()).strip()
                : "the process that looks through files ended with exit code " + code;
        return RefusedException.ofFile(message);
    }
}
