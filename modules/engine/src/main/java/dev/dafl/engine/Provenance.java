package dev.dafl.engine;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.run.RunResult;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;

/**
 * What a run's result follows from besides its configuration.
 *
 * @param dafl this program
 * @param plugins whose code takes part
 */
record Provenance(RunResult.Dafl dafl, List<PluginIdentity> plugins) {

    static Provenance of(List<PluginIdentity> plugins) {
        return new Provenance(thisProgram(), List.copyOf(plugins));
    }

    private static RunResult.Dafl thisProgram() {
        Properties properties = new Properties();
        try (InputStream in = Provenance.class.getResourceAsStream("version.properties")) {
            properties.load(in);
        } catch (IOException e) {
            throw new IllegalStateException("version.properties cannot be read", e);
        }
        String commit = properties.getProperty("commit");
        return new RunResult.Dafl(properties.getProperty("version"), commit.startsWith("$") ? "unknown" : commit);
    }
}
