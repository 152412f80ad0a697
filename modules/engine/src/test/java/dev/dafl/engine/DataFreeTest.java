package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Confusion;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.tools.ExportTargets;
import dev.dafl.engine.tools.WeightsEvaluation;
import dev.dafl.engine.tools.WeightsExport;
import dev.dafl.onnx.export.InputForm;
import dev.dafl.plugins.lenet.LeNet5;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs with a teacher's file and nothing else. */
class DataFreeTest {

    private static final String SHORT = """
            device: cpu
            precision: fp32
            threads: 1
            generator: {model: {name: dcgan, latent: 10, width: 8}}
            distillation: {schedule: {steps: 4}, batch: 16, select-every: 2, evaluate-every: 2}
            """;
    private static final String INPUT = "input: {channels: 1, size: 32, mean: [0.1307], std: [0.3081]}\n";

    @TempDir
    private Path root;

    private long live;

    @BeforeEach
    void count() {
        live = Tensor.liveCount();
    }

    @AfterEach
    void nothingIsLeft() {
        assertEquals(live, Tensor.liveCount());
    }

    @Test
    void aStudentIsTrainedFromATeachersFileAlone() throws IOException {
        RunResult result = run(SHORT + INPUT + teacher(), "run");
        assertEquals(Optional.empty(), result.teacher().orElseThrow().accuracy());
        assertTrue(result.teacher().orElseThrow().reused());
        RunResult.Student student = result.student().orElseThrow();
        assertEquals(Optional.empty(), student.accuracy());
        assertEquals(Optional.empty(), student.lastAccuracy());
        Path folder = root.resolve("run");
        assertFalse(Files.exists(Artefact.CONFUSION.in(folder)));
        Confusion agreement = Confusion.read(folder, Artefact.AGREEMENT).orElseThrow();
        assertEquals(Optional.of(agreement.accuracy()), student.freshAgreement());
        assertEquals(
                5000,
                agreement.counts().stream()
                        .flatMap(List::stream)
                        .mapToLong(Long::longValue)
                        .sum());
        assertEquals(LongStream.range(0, 10).mapToObj(Long::toString).toList(), agreement.classes());
        assertEquals(ResultJson.of(result), ResultJson.of(RunResult.read(folder).orElseThrow()));
        String report = Files.readString(Artefact.REPORT.in(folder));
        assertTrue(report.contains("Agreement on fresh images"), report);
        assertTrue(report.contains("There are no test images"), report);
        assertFalse(report.contains("Confusions"), report);
    }

    /** All that was decided for the user stands in the configuration, which repeats the run to the bit. */
    @Test
    void whatIsLeftOutHasValuesThatStandInTheConfiguration() throws IOException {
        run(SHORT + INPUT + teacher(), "run");
        Path config = Artefact.CONFIG.in(root.resolve("run"));
        ExperimentConfig written = ExperimentFile.read(config, Map.of()).config();
        assertEquals(
                List.of("one-hot", "information-entropy", "activation", "pixel-range"),
                written.generator().orElseThrow().losses().stream()
                        .map(loss -> loss.component().name())
                        .toList());
        assertEquals("logit-matching", written.distillation().loss().name());
        run(Files.readString(config), "again");
        assertEquals(
                -1,
                Files.mismatch(Artefact.STUDENT.in(root.resolve("run")), Artefact.STUDENT.in(root.resolve("again"))));
    }

    @Test
    void aTestSetIsMeasuredOnAndNothingElse() throws IOException {
        List<RunEvent> events = new ArrayList<>();
        RunResult without = run(SHORT + INPUT + teacher(), "without");
        RunResult with = run(
                SHORT + INPUT + teacher() + "test: {dataset: {name: stroke-digits, train: 10, test: 50}}\n",
                "with",
                events);
        assertTrue(with.teacher().orElseThrow().accuracy().isPresent());
        assertTrue(with.student().orElseThrow().accuracy().isPresent());
        assertEquals(
                without.student().orElseThrow().freshAgreement(),
                with.student().orElseThrow().freshAgreement());
        assertEquals(
                -1,
                Files.mismatch(
                        root.resolve("without/generator.safetensors"), root.resolve("with/generator.safetensors")));
        List<RunEvent.Evaluated> measured = events.stream()
                .filter(RunEvent.Evaluated.class::isInstance)
                .map(RunEvent.Evaluated.class::cast)
                .toList();
        assertEquals("teacher", measured.getFirst().network());
        // The last and the kept student are told once where they are the same.
        long kept = with.student().orElseThrow().step();
        assertEquals(
                kept == 4 ? List.of(2L, 4L) : List.of(2L, 4L, kept),
                measured.stream().skip(1).map(RunEvent.Evaluated::step).toList());
        assertEquals(
                with.student().orElseThrow().lastAccuracy(),
                Optional.of(measured.get(2).accuracy()));
        WeightsEvaluation later = evaluate(
                root.resolve("without/student.safetensors"),
                Map.of("test.dataset", "{name: stroke-digits, train: 10, test: 50}"));
        assertEquals(with.student().orElseThrow().accuracy(), Optional.of(later.accuracy()));
        assertTrue(assertThrows(
                        ConfigException.class, () -> evaluate(root.resolve("without/student.safetensors"), Map.of()))
                .getMessage()
                .contains("--test mnist"));
    }

    @Test
    void aGraphIsMeasuredAsTheWeightsThatItWasMadeOf() throws IOException {
        run(SHORT + INPUT + teacher(), "run");
        Path student = root.resolve("run/student.safetensors");
        Path graph = root.resolve("student.onnx");
        WeightsExport.of(
                student,
                new ExportTargets(
                        Optional.of(graph),
                        InputForm.NORMALISED,
                        OptionalLong.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        false,
                        false),
                Optional.empty(),
                Map.of(),
                ClassPathExtensions.with(),
                root.resolve("cache"),
                _ -> {});
        Map<String, String> test = Map.of(
                "test.dataset", "{name: stroke-digits, train: 10, test: 200}",
                "precision", "fp32",
                "threads", "1");
        WeightsEvaluation measured = evaluate(graph, test);
        assertEquals("onnx", measured.model());
        assertEquals(evaluate(student, test).accuracy(), measured.accuracy());
        assertEquals(evaluate(student, test).parameters(), measured.parameters());
    }

    @Test
    void ourOwnFileTellsItsTask() throws IOException {
        run(SHORT + INPUT + teacher(), "run");
        String again = "teacher: {model: lenet5-half, weights: " + root.resolve("run/student.safetensors") + "}\n"
                + "student: {model: lenet5-half}\n";
        RunResult result = run(SHORT + again, "again");
        assertEquals(RunResult.Status.COMPLETED, result.status());
        ExperimentConfig config = result.config();
        assertEquals(Optional.empty(), config.data());
        assertFails(SHORT + again + "input: {size: 28}\n", "size: input says 28, and ");
        assertFails(SHORT + again + "input: {class-names: [a, b]}\n", "classes: input says 2, and ");
    }

    @Test
    void aTransferSetThatNeedsNoDataServesToo() throws IOException {
        String head =
                SHORT.substring(0, SHORT.indexOf("generator:")) + INPUT + teacher() + "distillation: {batch: 8}\n";
        RunResult result = run(head + "transfer: {set: normal-noise, steps: 3}\n", "noise");
        assertTrue(result.student().orElseThrow().freshAgreement().isPresent());
        assertFails(head + "transfer: {set: original-data}\n", "needs the images that the teacher was trained on");
        assertFails(head + "transfer: {set: meta-data}\n", "needs the images that the teacher was trained on");
    }

    @Test
    void whatIsMissingIsTold() throws IOException {
        String teacher = teacher();
        assertFails(SHORT + teacher, "nothing says the size of the teacher's images");
        assertFails(
                SHORT + INPUT + "teacher: {model: lenet5}\nstudent: {model: lenet5-half}\n",
                "no data to train lenet5 on");
        assertFails(SHORT + INPUT + teacher + "data: {dataset: mnist}\n", "take one of both out");
        assertFails(SHORT + teacher + "input: {channels: 3, size: 32}\n", "channels: input says 3, and ");
        assertFails(SHORT + teacher + "input: {size: 32, classes: 7}\n", "classes: input says 7, and ");
    }

    @Test
    void aTestSetOfOtherImagesIsRefused() throws IOException {
        assertFails(
                SHORT + "input: {size: 32}\ntest: {dataset: stroke-digits}\n" + teacher(3),
                "stroke-digits has 10 classes and 1 channels, and the teacher 10 and 3");
    }

    @Test
    void anUnknownNormalisationIsSaid() throws IOException {
        List<RunEvent> events = new ArrayList<>();
        run(SHORT + "input: {size: 32}\n" + teacher(), "run", events);
        assertTrue(
                events.stream()
                        .anyMatch(event -> event instanceof RunEvent.Warning warning
                                && warning.text().contains("taken to be from 0 to 1")),
                events.toString());
    }

    /** A graph whose last operator is a pooling has no features, for one. */
    @Test
    void aDefaultLossThatIsNotForTheTeacherIsLeftOut() throws IOException {
        List<RunEvent> events = new ArrayList<>();
        String yaml = SHORT + INPUT + teacher().replace("lenet5,", "featureless,");
        RunResult result = run(yaml, "run", events, new Featureless());
        assertEquals(
                List.of("one-hot", "information-entropy", "pixel-range"),
                result.config().generator().orElseThrow().losses().stream()
                        .map(loss -> loss.component().name())
                        .toList());
        assertTrue(
                events.stream()
                        .anyMatch(event -> event instanceof RunEvent.Warning warning
                                && warning.text().contains("learns without the loss activation")),
                events.toString());
        run(Files.readString(Artefact.CONFIG.in(root.resolve("run"))), "again", new ArrayList<>(), new Featureless());
        assertEquals(
                -1,
                Files.mismatch(Artefact.STUDENT.in(root.resolve("run")), Artefact.STUDENT.in(root.resolve("again"))));
        String asked = yaml.replace("generator: {", "generator: {losses: [{name: activation, weight: 1}], ");
        assertTrue(assertThrows(ConfigException.class, () -> run(asked, "failed", new ArrayList<>(), new Featureless()))
                .getMessage()
                .contains("needs the teacher's features"));
    }

    /** A LeNet-5 that tells nobody what enters its last layer. */
    private record Featureless() implements TeacherFactory<Plugin.NoOptions> {

        @Override
        public String name() {
            return "featureless";
        }

        @Override
        public String description() {
            return "tells no features";
        }

        @Override
        public Plugin.NoOptions defaults() {
            return Plugin.NoOptions.INSTANCE;
        }

        @Override
        public Layer create(ParameterPath path, ImageShape input, int classes, Plugin.NoOptions options) {
            Layer lenet = new LeNet5().create(path, input, classes, new LeNet5.Options());
            return (images, _) -> lenet.forward(images, Pass.evaluate());
        }
    }

    /** A LeNet-5 that has learnt nothing, under names and without metadata, as from somewhere else. */
    private String teacher() throws IOException {
        return teacher(1);
    }

    private String teacher(int channels) throws IOException {
        Path file = root.resolve("teacher.safetensors");
        if (!Files.exists(file)) {
            try (TensorScope _ = TensorScope.open();
                    Network network = Network.build(
                            new Parameters(Device.CPU, MemoryFormat.CONTIGUOUS, new RandomStream(5)),
                            path -> new LeNet5()
                                    .create(path, new ImageShape(channels, 32, 32), 10, new LeNet5.Options()))) {
                Safetensors.write(file, network.parameters().stateDict(), Map.of());
            }
        }
        return "teacher: {model: lenet5, weights: " + file + "}\nstudent: {model: lenet5-half}\n";
    }

    private WeightsEvaluation evaluate(Path weights, Map<String, String> overrides) throws IOException {
        return WeightsEvaluation.of(
                weights, Optional.empty(), overrides, ClassPathExtensions.with(), root.resolve("cache"), _ -> {});
    }

    private void assertFails(String yaml, String problem) {
        String message =
                assertThrows(ConfigException.class, () -> run(yaml, "failed")).getMessage();
        assertTrue(message.contains(problem), message);
        assertFalse(Files.exists(root.resolve("failed")));
    }

    private RunResult run(String yaml, String folder) throws IOException {
        return run(yaml, folder, new ArrayList<>());
    }

    private RunResult run(String yaml, String folder, List<RunEvent> events, Plugin<?>... more) throws IOException {
        Path file = Files.writeString(root.resolve("experiment.yaml"), yaml);
        return Experiment.prepare(ExperimentFile.read(file, Map.of()), ClassPathExtensions.with(more))
                .run(() -> RunFolder.at(root.resolve(folder)), root.resolve("cache"), new RunControl(), events::add);
    }
}
