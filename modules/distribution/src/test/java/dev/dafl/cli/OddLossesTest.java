package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.distribution.PluginJar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Losses that cannot do, found by the dry pass before a teacher is trained. */
class OddLossesTest {

    private static final String YAML = """
            name: odd
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 60, test: 20}, image-size: 32}
            teacher: {model: lenet5, epochs: 1, batch: 20}
            student: {model: lenet5-half}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              losses: [odd]
            distillation: {schedule: {kind: joint, steps: 6}, batch: 8}
            """;

    @TempDir
    private Path work;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            throw new IllegalStateException("no");                              | 1 | threw java.lang.IllegalStateException: no
            batch.images().close(); return batch.latent().mean();               | 1 | closed a tensor that the engine gave it
            Tensor loss = batch.images().square().mean(); batch.images().detach().zero_(); return loss; | 1 | changed a tensor that the engine gave it in place
            return batch.images().detach().abs().mean();                        | 2 | has no gradient with respect to the images, and no other loss of the generator has one
            return batch.images();                                              | 1 | a loss returns one float32 number
            return batch.teacherFeatures().mean();                              | 1 | names Need.TEACHER_FEATURES in needs()
            """)
    void whatCanBeKnownIsToldBeforeAnythingIsTrained(String body, int code, String did) throws IOException {
        Path file = Files.writeString(work.resolve("odd.yaml"), YAML);
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        PluginJar.write(plugins.resolve("odd.jar"), body);
        StringWriter err = new StringWriter();
        int exit = Main.commandLine()
                .setOut(new PrintWriter(new StringWriter()))
                .setErr(new PrintWriter(err, true))
                .execute(
                        "run",
                        file.toString(),
                        "--out",
                        work.resolve("run").toString(),
                        "--plugins",
                        plugins.toString());
        assertEquals(code, exit, err.toString());
        assertTrue(err.toString().contains("the loss term odd (bundle odd 1.2.3) "), err.toString());
        assertTrue(err.toString().contains(did), err.toString());
        assertFalse(err.toString().contains("\tat "), err.toString());
        assertFalse(Files.exists(work.resolve("run")), "a run folder");
    }
}
