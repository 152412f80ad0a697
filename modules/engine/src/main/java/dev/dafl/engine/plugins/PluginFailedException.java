package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;

/** A plugin did what a plugin must not do, or failed; the message names it. */
public final class PluginFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** @param did what, as the end of a sentence that begins with the plugin */
    public PluginFailedException(PluginIdentity plugin, String did) {
        super(plugin + " " + did);
    }

    /** @param cause what it threw */
    PluginFailedException(PluginIdentity plugin, Throwable cause) {
        super(plugin + " " + told(cause), cause);
    }

    private static String told(Throwable cause) {
        return switch (cause) {
            case StackOverflowError _ -> "called itself without end";
            case OutOfMemoryError _ ->
                "needs more memory than Java has (" + (Runtime.getRuntime().maxMemory() >> 20)
                        + " MB; DAFL_HEAP=4g gives more): " + cause.getMessage();
            case RuntimeException e when e.getClass().getName().startsWith("dev.dafl.") -> "failed: " + e.getMessage();
            default -> "threw " + cause;
        };
    }
}
