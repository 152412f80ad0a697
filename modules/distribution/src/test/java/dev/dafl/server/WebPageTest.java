package dev.dafl.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * The page of a server, in Debian's Chromium: {@code -Ddafl.page.server=http://127.0.0.1:8642/ -Ddafl.page.token=TOKEN}, a token of
 * scope admin, and {@code -Ddafl.page.reader=TOKEN}, one of scope read. Pictures of all views are in {@code target/pages}.
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

    @Test
    void aNightsRunIsSubmittedFollowedComparedAndDeleted() {
        String server = System.getProperty("dafl.page.server", "");
        assumeTrue(!server.isEmpty(), "-Ddafl.page.server names no server");
        check(
                URI.create(server),
                System.getProperty("dafl.page.token", ""),
                System.getProperty("dafl.page.reader", ""));
    }

    /** All that a person does with the page, one after the other. */
    private static void check(URI server, String token, String reader) {
        Optional<Path> chromium = WebPage.chromium();
        if (chromium.isEmpty()) {
            System.err.println(
                    "NO CHROMIUM IS INSTALLED: the server's page is not tested; Debian's package is chromium.");
        }
        assumeTrue(chromium.isPresent(), "no Chromium is installed");
        try (WebPage page = WebPage.of(server, token, chromium.orElseThrow())) {
            page.asksForTheToken();
            page.completes();
            // A server that was asked before has what it was sent then.
            page.uploads(("teacher " + System.nanoTime()).getBytes(StandardCharsets.UTF_8));
            long first = page.submits("page-first", REST);
            page.follows(first, PATIENCE);
            long second = page.submits("page-second", REST.replace("seed: 3", "seed: 5"));
            page.follows(second, PATIENCE);
            page.explores(first, "page-first");
            page.compares(first, second);
            page.offersNothingToReaders(reader);
            page.isSoundForEverybody(first);
            page.deletes(second);
        }
    }
}
