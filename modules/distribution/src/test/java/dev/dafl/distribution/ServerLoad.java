package dev.dafl.distribution;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Asks a server for mixed things at a given rate while event streams are open, and prints how long the answers took: {@code
 * ServerLoad URL TOKEN RATE SECONDS STREAMS}, with a first job there and
 * more than 30 seconds. Nothing of the build runs it.
 */
public final class ServerLoad {

    private static final List<String> PATHS = List.of(
            "/jobs",
            "/jobs?limit=5&state=queued",
            "/jobs/1",
            "/machine",
            "/me",
            "/jobs/1/artefacts",
            "/jobs/1/config",
            "/plugins");

    private static final int WORKERS = 16;
    private static final long WARM_UP_NANOS = 30_000_000_000L;

    private ServerLoad() {}

    public static void main(String[] arguments) throws Exception {
        String url = arguments[0] + "/api/v1";
        String token = arguments[1];
        int rate = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        int streams = Integer.parseInt(arguments[4]);
        AtomicLong events = new AtomicLong();
        AtomicLong errors = new AtomicLong();
        ConcurrentLinkedQueue<Double> took = new ConcurrentLinkedQueue<>();
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            for (int i = 0; i < streams; i++) {
                Thread.ofVirtual().start(() -> read(client, request(url + "/events", token), events));
            }
            long begin = System.nanoTime();
            AtomicLong next = new AtomicLong();
            List<Thread> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(Thread.ofVirtual().start(() -> {
                    for (long number = next.getAndIncrement();
                            number < (long) rate * seconds;
                            number = next.getAndIncrement()) {
                        long due = begin + number * 1_000_000_000L / rate;
                        while (System.nanoTime() < due) {
                            LockSupport.parkNanos(due - System.nanoTime());
                        }
                        String path = PATHS.get((int) (number % PATHS.size()));
                        try {
                            int status = client.send(request(url + path, token), BodyHandlers.ofByteArray())
                                    .statusCode();
                            if (status != 200) {
                                errors.incrementAndGet();
                            }
                        } catch (IOException | InterruptedException e) {
                            errors.incrementAndGet();
                        }
                        // From when it was due: what waits for others counts. The first seconds are those of two
                        // programs
                        // that the JVM is still compiling, on the cores that they share with a run.
                        if (due - begin > WARM_UP_NANOS) {
                            took.add((System.nanoTime() - due) / 1e6);
                        }
                    }
                }));
            }
            for (Thread worker : workers) {
                worker.join();
            }
            double all = (System.nanoTime() - begin) / 1e9;
            double[] sorted = took.stream().mapToDouble(t -> t).sorted().toArray();
            System.out.printf(
                    Locale.ROOT,
                    "%,d requests measured, %.0f a second, %d errors, %d lines of %d streams; median %.1f ms, 99 %% %.1f ms, most"
                            + " %.1f ms%n",
                    sorted.length,
                    rate * seconds / all,
                    errors.get(),
                    events.get(),
                    streams,
                    sorted[sorted.length / 2],
                    sorted[(int) (sorted.length * 0.99)],
                    Arrays.stream(sorted).max().orElse(0));
            System.exit(0);
        }
    }

    private static HttpRequest request(String url, String token) {
        return HttpRequest.newBuilder(URI.create(url))
                .header("Authorization", "Bearer " + token)
                .build();
    }

    private static void read(HttpClient client, HttpRequest request, AtomicLong events) {
        try (InputStream in = client.send(request, BodyHandlers.ofInputStream()).body()) {
            for (int read = in.read(); read >= 0; read = in.read()) {
                if (read == '\n') {
                    events.incrementAndGet();
                }
            }
        } catch (IOException | InterruptedException e) {
            // The end of the measurement.
        }
    }
}
