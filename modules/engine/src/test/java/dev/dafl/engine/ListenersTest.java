package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.MetricsLine;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunEvent.Phase;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.run.StepValues;
import dev.dafl.engine.runs.RunRemoval;
import dev.dafl.spi.Listener;
import dev.dafl.spi.Listener.Outcome;
import dev.dafl.spi.Listener.Place;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.spi.Plugin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whole runs, as plugins hear them. */
class ListenersTest {

    private static final String YAML = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data: {dataset: {name: stroke-digits, train: 120, test: 50}, image-size: 32}
            teacher: {model: lenet5, epochs: 2, batch: 20}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [one-hot, {name: information-entropy, weight: 5}]
            guard: {class-share: 1.0}
            distillation: {schedule: {kind: joint, steps: 12}, batch: 16, log-every: 1, select-every: 3, evaluate-every: 4}
            checkpoint: {every: 5 steps}
            """;

    @TempDir
    private Path root;

    /** Thrown where a process would be killed. */
    private static final class Killed extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }

    /** Writes down what it hears. */
    private static final class Recorder implements ListenerFactory<Plugin.NoOptions>, Listener {

        private final List<Object> heard = new ArrayList<>();

        @Override
        public String name() {
            return "recorder";
        }

        @Override
        public String description() {
            return "for a test";
        }

        @Override
        public Plugin.NoOptions defaults() {
            return Plugin.NoOptions.INSTANCE;
        }

        @Override
        public Listener start(Start run, Plugin.NoOptions options) {
            heard.add(run);
            return this;
        }

        @Override
        public void numbers(Numbers numbers) {
            heard.add(numbers);
        }

        @Override
        public void evaluated(Evaluation evaluation) {
            heard.add(evaluation);
        }

        @Override
        public void pictured(Picture picture) {
            heard.add(picture);
        }

        @Override
        public void ended(End end) {
            heard.add(end);
        }

        @Override
        public void close() {
            heard.add("closed");
        }

        <T> List<T> all(Class<T> type) {
            return heard.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    /** When a plugin fails. */
    private enum Moment {
        START,
        NUMBERS,
        END,
        CLOSE
    }

    /** Fails at a moment, as plugins do. */
    private record Failing(Moment moment, List<String> calls) implements ListenerFactory<Plugin.NoOptions>, Listener {

        @Override
        public String name() {
            return "failing-" + moment.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String description() {
            return "for a test";
        }

        @Override
        public Plugin.NoOptions defaults() {
            return Plugin.NoOptions.INSTANCE;
        }

        @Override
        public Listener start(Start run, Plugin.NoOptions options) throws IOException {
            if (moment == Moment.START) {
                throw new IOException("the line is dead");
            }
            return this;
        }

        @Override
        public void numbers(Numbers numbers) {
            calls.add("numbers");
            if (moment == Moment.NUMBERS) {
                throw new StackOverflowError();
            }
        }

        @Override
        public void ended(End end) {
            calls.add("ended");
            if (moment == Moment.END) {
                throw new IllegalStateException("no");
            }
        }

        @Override
        public void close() {
            calls.add("close");
            if (moment == Moment.CLOSE) {
                throw new IllegalArgumentException("the door is stuck");
            }
        }
    }

    @Test
    void itHearsAllOfARun() throws IOException {
        Recorder recorder = new Recorder();
        RunResult result = run("run", Map.of("listeners", "[recorder]"), recorder);
        Path folder = root.resolve("run");
        assertEquals(
                new Listener.Start(
                        "small",
                        Files.readString(Artefact.CONFIG.in(folder)),
                        folder,
                        folder.resolve("listeners/recorder"),
                        Optional.empty()),
                recorder.heard.getFirst());
        List<Map<String, Double>> lines = new ArrayList<>();
        for (MetricsLine line : MetricsLine.read(folder)) {
            if (line instanceof MetricsLine.Training) {
                lines.add(StepValues.of(line).orElseThrow().values());
            }
        }
        assertEquals(
                lines,
                recorder.all(Listener.Numbers.class).stream()
                        .map(Listener.Numbers::values)
                        .toList());
        assertEquals(12, recorder.all(Listener.Numbers.class).getLast().steps());
        assertEquals(
                List.of("accuracy/student 4", "accuracy/student 8", "accuracy/student 12"),
                recorder.all(Listener.Evaluation.class).stream()
                        .filter(e -> e.name().equals("accuracy/student"))
                        .map(e -> e.name() + " " + e.step())
                        .limit(3)
                        .toList());
        assertEquals(
                List.of("generated", "class-means", "filters"),
                recorder.all(Listener.Picture.class).stream()
                        .map(Listener.Picture::name)
                        .toList());
        for (Listener.Picture picture : recorder.all(Listener.Picture.class)) {
            assertEquals(12, picture.step());
            assertTrue(Files.isRegularFile(picture.file()), picture.file().toString());
        }
        Listener.End end = recorder.all(Listener.End.class).getFirst();
        assertEquals(Outcome.DONE, end.outcome());
        assertEquals(12, end.step());
        assertEquals(
                result.student().orElseThrow().accuracy().orElseThrow(),
                end.values().get("result/student-accuracy"));
        assertTrue(end.summary().contains("| status | completed |"), end.summary());
        assertEquals(List.of(end, "closed"), recorder.heard.subList(recorder.heard.size() - 2, recorder.heard.size()));
    }

    /** At whatever it fails: the run's bits are the same, it is told of once, and others hear all. */
    @Test
    void oneThatFailsIsToldOfOnceAndHearsNoMore() throws IOException {
        run("alone", Map.of());
        Recorder recorder = new Recorder();
        List<Failing> failing = Arrays.stream(Moment.values())
                .map(moment -> new Failing(moment, new ArrayList<>()))
                .toList();
        List<Plugin<?>> plugins = new ArrayList<>(failing);
        plugins.add(recorder);
        List<String> warnings = new ArrayList<>();
        RunListener console = event -> {
            if (event instanceof RunEvent.Warning warning) {
                warnings.add(warning.text());
            }
        };
        String names = plugins.stream().map(Plugin::name).collect(Collectors.joining(", ", "[", "]"));
        RunResult result = run("run", Map.of("listeners", names), plugins, new RunControl(), console);
        assertEquals(RunResult.Status.COMPLETED, result.status());
        String silent = "; it hears no more of this run, which goes on";
        assertEquals(
                List.of(
                        "the listener failing-start failed: the line is dead" + silent,
                        "the listener failing-numbers called itself without end" + silent,
                        "the listener failing-end threw java.lang.IllegalStateException: no" + silent,
                        "the listener failing-close failed: the door is stuck" + silent),
                warnings);
        int told = recorder.all(Listener.Numbers.class).size();
        assertEquals(List.of(), failing.get(0).calls());
        assertEquals(List.of("numbers", "close"), failing.get(1).calls());
        for (Failing heardAll : failing.subList(2, 4)) {
            assertEquals(told, Collections.frequency(heardAll.calls(), "numbers"));
            assertEquals(List.of("ended", "close"), heardAll.calls().subList(told, told + 2));
        }
        assertEquals("closed", recorder.heard.getLast());
        for (Artefact artefact : List.of(Artefact.STUDENT, Artefact.GENERATOR, Artefact.TEACHER)) {
            assertEquals(-1, Files.mismatch(artefact.in(root.resolve("alone")), artefact.in(root.resolve("run"))));
        }
    }

    @Test
    void anInterruptedAndAFailedRunAreToldOfAsSuch() throws IOException {
        Recorder interrupted = new Recorder();
        RunControl control = new RunControl();
        run("interrupted", Map.of("listeners", "[recorder]"), List.of(interrupted), control, event -> {
            if (event instanceof RunEvent.Progress p && p.phase() == Phase.DISTILLATION && p.step() == 7) {
                control.cancel();
            }
        });
        assertEquals(
                Outcome.INTERRUPTED,
                interrupted.all(Listener.End.class).getFirst().outcome());
        Recorder failed = new Recorder();
        assertThrows(
                Killed.class,
                () -> run(
                        "failed", Map.of("listeners", "[recorder]"), List.of(failed), new RunControl(), killedAt(15)));
        assertEquals(Outcome.FAILED, failed.all(Listener.End.class).getFirst().outcome());
        assertEquals("closed", failed.heard.getLast());
    }

    @Test
    void aResumedRunSaysFromWhereItGoesOn() throws IOException {
        Map<String, String> listening = Map.of("listeners", "[recorder]");
        Map<String, String> keepingNothing = Map.of("listeners", "[recorder]", "checkpoint.every", "never");
        assertThrows(
                Killed.class,
                () -> run("killed", keepingNothing, List.of(new Recorder()), new RunControl(), killedAt(3)));
        forgetEnd("killed");
        List<Optional<Place>> places = new ArrayList<>();
        for (int moment : new int[] {8, 20, Integer.MAX_VALUE}) {
            Recorder recorder = new Recorder();
            if (moment == Integer.MAX_VALUE) {
                run("killed", listening, recorder);
            } else {
                assertThrows(
                        Killed.class,
                        () -> run("killed", listening, List.of(recorder), new RunControl(), killedAt(moment)));
                forgetEnd("killed");
            }
            Place place =
                    ((Listener.Start) recorder.heard.getFirst()).continued().orElseThrow();
            Listener.Numbers first = recorder.all(Listener.Numbers.class).getFirst();
            assertEquals(place.phase(), first.phase());
            // A teacher's numbers are told now and then.
            assertTrue(place.phase() == Listener.Phase.TEACHER || first.step() == place.step() + 1, first.toString());
            assertTrue(first.step() > place.step(), first.toString());
            places.add(Optional.of(place));
        }
        assertEquals(
                List.of(
                        Optional.of(new Place(Listener.Phase.TEACHER, 0)),
                        Optional.of(new Place(Listener.Phase.TEACHER, 10)),
                        Optional.of(new Place(Listener.Phase.DISTILLATION, 5))),
                places);
    }

    /** As {@code metrics.jsonl} has them, each once, whether the run was killed or not. */
    @Test
    void theCsvListenerHasAllNumbersOnceAlsoAfterAResume() throws IOException {
        Map<String, String> listening = Map.of("listeners", "[csv]");
        run("whole", listening);
        for (int moment : new int[] {3, 8, 16, 18, 23}) {
            assertThrows(Killed.class, () -> run("killed", listening, List.of(), new RunControl(), killedAt(moment)));
            forgetEnd("killed");
        }
        run("killed", listening);
        Map<String, String> whole = csv("whole");
        assertEquals(whole, csv("killed"));
        for (MetricsLine line : MetricsLine.read(root.resolve("whole"))) {
            StepValues.of(line)
                    .filter(values -> !values.kind().startsWith("accuracy/student"))
                    .ifPresent(values -> values.values().forEach((name, value) -> {
                        String phase = values.phase().name().toLowerCase(Locale.ROOT);
                        assertEquals(Double.toString(value), whole.get(phase + "," + values.step() + "," + name), name);
                    }));
        }
        assertTrue(whole.containsKey("distillation,8,accuracy/student"));
        assertTrue(whole.containsKey("distillation,12,result/agreement"));
    }

    @Test
    void whatListenersWriteIsRemovedWithTheRun() throws IOException {
        run("run", Map.of("listeners", "[csv]"));
        assertTrue(Files.exists(root.resolve("run/listeners/csv/numbers.csv")));
        Path mine = Files.writeString(root.resolve("run/listeners/notes.txt"), "mine");
        String refusal = assertThrows(ConfigException.class, () -> RunRemoval.of(List.of(root.resolve("run"))))
                .getMessage();
        assertTrue(refusal.contains("holds listeners/notes.txt, which no run has written"), refusal);
        Files.delete(mine);
        RunRemoval.of(List.of(root.resolve("run"))).delete();
        assertFalse(Files.exists(root.resolve("run")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            [cvs]                       | no listener is named cvs; did you mean csv?
            [{name: csv, fil: x}]       | csv: unknown key fil; did you mean file?
            [{name: csv, file: ../x}]   | csv: file is a name without folders
            [csv, csv]                  | listeners has csv twice
            [3]                         | a plugin is its name, or {name: ..., option: ...}
            """)
    void aMistakeIsToldWithItsPlace(String listeners, String problem) {
        String message = assertThrows(ConfigException.class, () -> prepare(Map.of("listeners", listeners), List.of()))
                .getMessage();
        assertTrue(message.startsWith("--set listeners"), message);
        assertTrue(message.contains(problem), message);
    }

    @Test
    void theyAreNoPartOfWhatIsAskedFor() {
        Experiment without = prepare(Map.of(), List.of());
        Experiment with = prepare(Map.of("listeners", "[csv]"), List.of());
        assertTrue(without.config().asksForTheSameAs(with.config()));
        assertEquals(without.parts().identities(), with.parts().identities());
    }

    /** By default TensorBoard's is there; named, it is so once and with its options. */
    @Test
    void trackingNamesTensorBoards() {
        assertEquals(List.of("tensorboard"), names(Map.of()));
        assertEquals(List.of(), names(Map.of("tracking.tensorboard", "false")));
        assertEquals(List.of("csv", "tensorboard"), names(Map.of("listeners", "[csv]")));
        assertEquals(List.of("tensorboard"), names(Map.of("listeners", "[{name: tensorboard, pictures: false}]")));
        assertEquals(
                List.of("tensorboard"), names(Map.of("tracking.tensorboard", "false", "listeners", "[tensorboard]")));
    }

    private List<String> names(Map<String, String> overrides) {
        return prepare(overrides, List.of()).parts().listeners().stream()
                .map(listener -> listener.plugin().name())
                .toList();
    }

    /** Values by phase, step and name; each there once. */
    private Map<String, String> csv(String folder) throws IOException {
        Map<String, String> values = new TreeMap<>();
        List<String> lines = Files.readAllLines(root.resolve(folder).resolve("listeners/csv/numbers.csv"));
        for (String line : lines.subList(1, lines.size())) {
            String[] cells = line.split(",");
            assertEquals(5, cells.length, line);
            assertEquals(null, values.put(cells[0] + "," + cells[1] + "," + cells[3], cells[4]), line);
        }
        return values;
    }

    private void forgetEnd(String folder) throws IOException {
        Files.deleteIfExists(Artefact.RESULT.in(root.resolve(folder)));
    }

    private static RunListener killedAt(int progress) {
        return event -> {
            if (event instanceof RunEvent.Progress p
                    && (p.phase() == Phase.TEACHER ? p.step() : p.step() + 12) >= progress) {
                throw new Killed();
            }
        };
    }

    private RunResult run(String folder, Map<String, String> overrides, Plugin<?>... plugins) throws IOException {
        return run(folder, overrides, List.of(plugins), new RunControl());
    }

    private RunResult run(
            String folder,
            Map<String, String> overrides,
            List<Plugin<?>> plugins,
            RunControl control,
            RunListener... listeners)
            throws IOException {
        return prepare(overrides, plugins)
                .run(() -> RunFolder.of(root.resolve(folder)), root.resolve("cache-" + folder), control, listeners);
    }

    private static Experiment prepare(Map<String, String> overrides, List<Plugin<?>> plugins) {
        ExperimentFile file = ExperimentFile.parse("experiment.yaml", YAML, overrides, "small");
        return Experiment.prepare(file, new ClassPathExtensions(plugins));
    }
}
