package dev.dafl.distribution;

import dev.dafl.spi.LossTerm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Makes a bundle with one loss term out of a few lines, as somebody might have written it. */
public final class PluginJar {

    private PluginJar() {}

    /**
     * The bundle {@code odd 1.2.3} with the loss term {@code odd}.
     *
     * @param body of its {@code compute}, which has {@code batch}, and {@code calls} with the number of this call from 1
     */
    public static void write(Path jar, String body) throws IOException {
        String source = """
                package odd;

                import dev.dafl.spi.GeneratedBatch;
                import dev.dafl.spi.LossTerm;
                import dev.dafl.spi.Plugin.NoOptions;
                import dev.dafl.tensor.Tensor;

                public final class Odd implements LossTerm<NoOptions> {
                    private int calls;
                    private Tensor kept;
                    public String name() { return "odd"; }
                    public String description() { return "for a test"; }
                    public NoOptions defaults() { return NoOptions.INSTANCE; }
                    private static long endless(long n) { return 1 + endless(n + 1); }
                    public Tensor compute(GeneratedBatch batch, NoOptions options) {
                        calls++;
                        %s
                    }
                }
                """.formatted(body);
        new SourceBundle("odd", "1.2.3", Map.of("odd.Odd", source), Map.of(LossTerm.class, List.of("odd.Odd")))
                .write(jar, System.getProperty("java.class.path"));
    }
}
