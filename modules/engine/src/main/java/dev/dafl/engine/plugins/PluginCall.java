package dev.dafl.engine.plugins;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.workspace.BankFailedException;
import java.io.IOException;

/** A call into a plugin. What it throws is told as that plugin's failure. */
public final class PluginCall {

    private PluginCall() {}

    /** What a plugin computes. */
    @FunctionalInterface
    public interface Call<T> {

        T run();
    }

    /** What a plugin reads or makes. */
    @FunctionalInterface
    public interface Making<T> {

        T run() throws IOException;
    }

    /**
     * Calls a plugin that may say by an exception why it cannot do something: {@link IOException} and
     * {@link IllegalArgumentException} pass.
     *
     * @throws PluginFailedException for everything else that it throws
     */
    public static <T> T making(PluginIdentity plugin, Making<T> call) throws IOException {
        try {
            return call.run();
        } catch (IOException
                | IllegalArgumentException
                | PluginFailedException
                | InterruptedRunException
                | BankFailedException e) {
            throw e;
        } catch (Throwable e) { // whatever somebody's code throws
            throw new PluginFailedException(plugin, e);
        }
    }

    /**
     * Calls a plugin that may throw nothing.
     *
     * @throws PluginFailedException for everything that it throws, errors such as an endless recursion included
     */
    public static <T> T of(PluginIdentity plugin, Call<T> call) {
        try {
            return call.run();
        } catch (PluginFailedException | InterruptedRunException | BankFailedException e) {
            throw e;
        } catch (Throwable e) { // whatever somebody's code throws
            throw new PluginFailedException(plugin, e);
        }
    }
}
