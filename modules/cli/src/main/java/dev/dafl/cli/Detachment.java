package dev.dafl.cli;

/** While a job is followed, says to somebody who ends this program by Ctrl-C that this did not end the job. */
final class Detachment implements AutoCloseable {

    private final Thread hook;

    Detachment(Runnable say) {
        this.hook = Thread.ofPlatform().name("dafl-detached").unstarted(say);
        Runtime.getRuntime().addShutdownHook(hook);
    }

    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The program ends just now.
        }
    }
}
