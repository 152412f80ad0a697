package dev.dafl.distribution;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page of a real server with real runs, in Debian's Chromium: {@code mvn verify -Ppage -Dtest=WebPageTest
 * -Dsurefire.failIfNoSpecifiedTests=false}. Pictures of all views are in {@code target/pages}.
 */
class WebPageTest {

    private static final String REST = """
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 400, test: 100}, image-size: 32}
            teacher: {model: lenet5, epochs: 3, batch: 50}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              losses: [one-hot]
            distillation: {schedule: {kind: joint, steps: 60}, batch: 16, log-every: 1, select-every: 20, evaluate-every: 20}
            checkpoint: {every: 10 steps, keep: 2}
            """;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    private Path work;

    @Test
    void aNightsRunIsSubmittedFollowedComparedAndDeleted() throws Exception {
        Optional<Path> chromium = WebPage.chromium();
        if (chromium.isEmpty()) {
            System.err.println(
                    "NO CHROMIUM IS INSTALLED: the server's page is not tested; Debian's package is chromium.");
        }
        assumeTrue(chromium.isPresent(), "no Chromium is installed");
        Launcher launcher = Launcher.in(work);
        Path data = work.resolve("data");
        ServerProcess server = ServerProcess.start(launcher, data, Optional.empty());
        Launcher tokens = Launcher.in(Files.createDirectory(work.resolve("tokens")));
        String reader = tokens.run("token", "make", "reader", "--scope", "read", "--data", data.toString())
                .out()
                .strip();
        // The first answer takes a process of its own, longer than the page's checks wait for what they want to see.
        server.get("/schema");
        try (WebPage page = WebPage.of(server.uri("/"), server.token(), chromium.orElseThrow())) {
            page.asksForTheToken();
            page.uploads(new byte[3_000_000]);
            long first = page.submits("page-first", REST);
            page.follows(first, PATIENCE);
            long second = page.submits("page-second", REST.replace("seed: 3", "seed: 5"));
            page.follows(second, PATIENCE);
            long matrix = server.submitted(
                    REST.replace("seed: 3\n", "") + "student: {model: lenet5-half}\nmatrix: {seed: [1, 2]}\n", "matrix.yaml");
            server.awaitState(matrix, "succeeded");
            page.showsTheMatrix(matrix, 2);
            page.explores(first, "page-first");
            page.compares(first, second);
            page.offersNothingToReaders(reader);
            page.isSoundForEverybody(first);
            page.deletes(second);
        } finally {
            server.stop();
        }
    }
}
