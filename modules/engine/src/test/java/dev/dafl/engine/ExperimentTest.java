package dev.dafl.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.ClassPathExtensions;
import dev.dafl.engine.run.RunControl;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.run.RunFolder;
import dev.dafl.engine.run.RunListener;
import dev.dafl.engine.run.RunResult;
import dev.dafl.engine.tools.WeightsEvaluation;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.torch.TorchFile;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whole runs on a few stroke digits, with the real plugins. */
class ExperimentTest {

    private static final JsonMapper JSON = new JsonMapper();
    private static final String YAML = """
            name: small
            seed: 3
            device: cpu
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 200, test: 100}
              image-size: 32
            teacher: {model: lenet5, epochs: 2, batch: 50}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 10, width: 8}
              optimizer: {learning-rate: 0.02}
              losses:
                - {name: one-hot, weight: 1}
                - {name: information-entropy, weight: 5}
                - {name: activation, weight: 0.1}
            distillation:
              schedule: {kind: joint, steps: 6}
              batch: 16
              log-every: 2
              select-every: 2
              evaluate-every: 3
            guard: {class-share: 1.0}
            """;

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
    void aRunWritesItsFolder() throws IOException {
        RunResult result = run("run", Map.of());
        Path folder = root.resolve("run");
        assertEquals(
                Set.of(
                        "config.yaml",
                        "metrics.jsonl",
                        "teacher.safetensors",
                        "student.safetensors",
                        "generator.safetensors",
                        "generated.png",
                        "class-means.png",
                        "filters.png",
                        "images-000001.png",
                        "images-000002.png",
                        "images-000003.png",
                        "images-000004.png",
                        "images-000005.png",
                        "images-000006.png",
                        "confusion.json",
                        "agreement.json",
                        "result.json",
                        "tensorboard",
                        "report.html"),
                names(folder));
        JsonNode json = JSON.readTree(Files.readString(folder.resolve("result.json")));
        assertEquals("completed", json.path("status").asString());
        assertEquals(
                result.teacher().orElseThrow().accuracy().orElseThrow(),
                json.at("/teacher/accuracy").asDouble());
        assertEquals(
                result.student().orElseThrow().accuracy().orElseThrow(),
                json.at("/student/accuracy").asDouble());
        assertTrue(json.at("/seconds/total").asDouble() > 0);
        assertEquals(6 * 16, json.at("/student/images-made").asInt());
        if (Files.isReadable(Path.of("/proc/self/status"))) {
            assertTrue(
                    json.path("peak-memory-bytes").asLong() > 50L << 20,
                    json.path("peak-memory-bytes").toString());
        }
        assertEquals("2.13.0", json.at("/libtorch/version").asString());
        assertEquals("cpu", json.path("device").asString());
        assertEquals("fp32", json.path("precision").asString());
        assertEquals(6, json.at("/config/distillation/schedule/steps").asInt());
        assertTrue(json.path("recovered").isArray());
        List<JsonNode> metrics = new ArrayList<>();
        for (String line : Files.readAllLines(folder.resolve("metrics.jsonl"))) {
            metrics.add(JSON.readTree(line));
        }
        assertEquals(
                Set.of("teacher", "evaluation", "distillation", "selection"),
                metrics.stream().map(m -> m.path("event").asString()).collect(Collectors.toSet()));
        assertTrue(metrics.stream()
                .anyMatch(m -> m.path("event").asString().equals("distillation")
                        && m.has("loss/one-hot")
                        && m.has("loss/information-entropy")
                        && m.has("loss/activation")
                        && m.has("student-loss/knowledge-distillation")));
        for (JsonNode line : metrics) {
            double shares = IntStream.range(0, 10)
                    .mapToDouble(c -> line.path("class-share/" + c).asDouble(0))
                    .sum();
            assertEquals(line.path("event").asString().equals("distillation") ? 1 : 0, shares, 1e-9, line.toString());
            assertFalse(line.has("class-share/10"));
        }
        String report = Files.readString(folder.resolve("report.html"));
        for (String part : List.of(
                "<h1>small</h1>",
                "class=\"status completed\"",
                "Loss: information-entropy",
                "The mean image of each class",
                "<figcaption>step 6</figcaption>",
                "Filters of the first layer",
                "<h2>Confusions</h2>",
                "libtorch 2.13.0",
                "kind: joint")) {
            assertTrue(report.contains(part), part);
        }
        assertEquals(342, ImageIO.read(folder.resolve("generated.png").toFile()).getWidth());
    }

    @Test
    void picturesAndConfusionAreOfTheKeptStudent() throws IOException {
        double accuracy =
                run("run", Map.of()).student().orElseThrow().accuracy().orElseThrow();
        assertSize(10 * (32 + 2) + 2, 32 + 2 + 2, "run/class-means.png");
        // Six filters of 5x5 in three columns, a free one, three filters in two; eight times as big.
        assertSize(6 * (40 + 2) + 2, 2 * (40 + 2) + 2, "run/filters.png");
        JsonNode confusion = JSON.readTree(Files.readString(root.resolve("run/confusion.json")));
        assertEquals(10, confusion.path("classes").size());
        assertEquals(
                100,
                IntStream.range(0, 100)
                        .map(i -> confusion
                                .path("counts")
                                .path(i / 10)
                                .path(i % 10)
                                .asInt())
                        .sum());
        assertEquals(
                accuracy,
                IntStream.range(0, 10)
                                .map(i ->
                                        confusion.path("counts").path(i).path(i).asInt())
                                .sum()
                        / 100.0);
    }

    private void assertSize(int width, int height, String picture) throws IOException {
        BufferedImage image = ImageIO.read(root.resolve(picture).toFile());
        assertEquals(width, image.getWidth(), picture);
        assertEquals(height, image.getHeight(), picture);
    }

    @Test
    void theResolvedConfigurationRepeatsTheRunToTheBit() throws IOException {
        run("first", Map.of());
        Path config = root.resolve("first/config.yaml");
        Experiment again = Experiment.prepare(ExperimentFile.read(config, Map.of()), ClassPathExtensions.with());
        again.run(() -> RunFolder.at(root.resolve("second")), root.resolve("other-cache"), new RunControl());
        for (String name : List.of("teacher", "student", "generator")) {
            assertArrayEquals(
                    Files.readAllBytes(root.resolve("first/" + name + ".safetensors")),
                    Files.readAllBytes(root.resolve("second/" + name + ".safetensors")),
                    name);
        }
        assertArrayEquals(
                Files.readAllBytes(root.resolve("first/generated.png")),
                Files.readAllBytes(root.resolve("second/generated.png")));
    }

    @Test
    void theTeacherIsTrainedOnce() throws IOException {
        assertFalse(run("a", Map.of()).teacher().orElseThrow().reused());
        assertTrue(run("b", Map.of("distillation.batch", "8"))
                .teacher()
                .orElseThrow()
                .reused());
        assertFalse(run("c", Map.of("seed", "4")).teacher().orElseThrow().reused());
        assertFalse(
                run("d", Map.of("teacher.epochs", "1")).teacher().orElseThrow().reused());
        assertFalse(run("e", Map.of("data.dataset.train", "210"))
                .teacher()
                .orElseThrow()
                .reused());
        List<Path> cached;
        try (Stream<Path> files = Files.list(root.resolve("cache/teachers"))) {
            cached = files.toList();
        }
        for (Path file : cached) {
            Files.writeString(file, "damaged");
        }
        assertFalse(run("f", Map.of()).teacher().orElseThrow().reused());
        assertTrue(Files.size(cached.getFirst()) > 0);
    }

    @Test
    void weightsAreEvaluatedAsTheRunMeasuredThem() throws IOException {
        RunResult result = run("run", Map.of());
        for (String name : List.of("teacher", "student")) {
            WeightsEvaluation evaluation = WeightsEvaluation.of(
                    root.resolve("run/" + name + ".safetensors"),
                    Optional.empty(),
                    Map.of(),
                    ClassPathExtensions.with(),
                    root.resolve("cache"),
                    _ -> {});
            assertEquals(
                    name.equals("teacher")
                            ? result.teacher().orElseThrow().accuracy().orElseThrow()
                            : result.student().orElseThrow().accuracy().orElseThrow(),
                    evaluation.accuracy());
            assertEquals(100, evaluation.images());
        }
        assertThrows(
                ConfigException.class,
                () -> WeightsEvaluation.of(
                        root.resolve("run/generator.safetensors"),
                        Optional.empty(),
                        Map.of(),
                        ClassPathExtensions.with(),
                        root.resolve("cache"),
                        _ -> {}));
    }

    /** Each of them makes another teacher, and {@code dafl evaluate} goes by them. */
    @Test
    void fitAndNormalizationBelongToTheWeights() throws IOException {
        double plain = run("plain", Map.of()).teacher().orElseThrow().accuracy().orElseThrow();
        Map<String, String> padded = Map.of("data.fit", "pad");
        assertFalse(run("padded", padded).teacher().orElseThrow().reused());
        Map<String, String> both = Map.of("data.fit", "pad", "data.normalization", "{range: [0, 1]}");
        RunResult result = run("both", both);
        assertFalse(result.teacher().orElseThrow().reused());
        assertTrue(run("again", both).teacher().orElseThrow().reused());
        ExperimentConfig written =
                ExperimentFile.read(root.resolve("both/config.yaml"), Map.of()).config();
        assertEquals(DataConfig.Fit.PAD, written.data().orElseThrow().fit());
        assertEquals(
                List.of(0.0, 1.0),
                written.data()
                        .orElseThrow()
                        .normalization()
                        .orElseThrow()
                        .range()
                        .orElseThrow());
        assertEquals(
                result.teacher().orElseThrow().accuracy().orElseThrow(),
                evaluated("both", Map.of()).accuracy());
        assertEquals(plain, evaluated("plain", Map.of()).accuracy());
        assertNotEquals(
                result.teacher().orElseThrow().accuracy().orElseThrow(),
                evaluated("both", Map.of("data.normalization", "{range: [5, 6]}"))
                        .accuracy());
    }

    private WeightsEvaluation evaluated(String run, Map<String, String> overrides) throws IOException {
        return WeightsEvaluation.of(
                root.resolve(run + "/teacher.safetensors"),
                Optional.empty(),
                overrides,
                ClassPathExtensions.with(),
                root.resolve("cache"),
                _ -> {});
    }

    @Test
    void anInterruptedRunLeavesAWholeFolderThatSaysSo() throws IOException {
        RunControl control = new RunControl();
        RunResult result = run("run", Map.of("distillation.schedule.steps", "100000"), control, event -> {
            if (event instanceof RunEvent.Progress p && p.phase() == RunEvent.Phase.DISTILLATION && p.step() >= 5) {
                control.cancel();
            }
        });
        assertEquals(RunResult.Status.INTERRUPTED, result.status());
        assertEquals(5, result.student().orElseThrow().steps());
        assertTrue(names(root.resolve("run"))
                .containsAll(Set.of(
                        "result.json",
                        "tensorboard",
                        "report.html",
                        "student.safetensors",
                        "generator.safetensors",
                        "generated.png")));
        assertEquals(
                "interrupted",
                JSON.readTree(Files.readString(root.resolve("run/result.json")))
                        .path("status")
                        .asString());
    }

    @Test
    void aTeacherAloneIsAnExperiment() throws IOException {
        Path file = root.resolve("teacher.yaml");
        Files.writeString(file, YAML.substring(0, YAML.indexOf("student:")));
        RunResult result = Experiment.prepare(ExperimentFile.read(file, Map.of()), ClassPathExtensions.with())
                .run(() -> RunFolder.at(root.resolve("run")), root.resolve("cache"), new RunControl());
        assertTrue(result.student().isEmpty());
        assertEquals(
                Set.of(
                        "config.yaml",
                        "metrics.jsonl",
                        "teacher.safetensors",
                        "result.json",
                        "report.html",
                        "tensorboard"),
                names(root.resolve("run")));
    }

    /** The paper's baselines: the student learns from something other than a generator's images. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            normal-noise                                           | knowledge-distillation | 0.0 | 0.4
            original-data                                          | knowledge-distillation | 0.0 | 0.4
            original-data                                          | cross-entropy          | 0.3 | 0.0
            {name: alternative-data, dataset: stroke-digits, border: 2} | logit-matching    | 0.0 | 0.4
            normal-noise                                           | attention-transfer     | 0.0 | 0.4
            {name: meta-data, images: 20, steps: 3}                | knowledge-distillation | 0.0 | 0.4
            {name: meta-data, images: 20, steps: 3, layer: logits} | knowledge-distillation | 0.0 | 0.4
            """)
    void aStudentLearnsFromATransferSet(String set, String loss, double accuracy, double agreement) throws IOException {
        RunResult result = runTransfer("run", set, Map.of("distillation.loss", loss));
        Set<String> files = new TreeSet<>(Set.of(
                "config.yaml",
                "metrics.jsonl",
                "teacher.safetensors",
                "student.safetensors",
                "filters.png",
                "confusion.json",
                "agreement.json",
                "result.json",
                "tensorboard",
                "report.html"));
        if (set.contains("meta-data")) {
            files.add("teacher-statistics.safetensors");
        }
        assertEquals(files, names(root.resolve("run")));
        assertEquals(60, result.student().orElseThrow().steps());
        assertEquals(Optional.empty(), result.student().orElseThrow().imagesMade(), "nothing of the run makes images");
        assertTrue(result.student().orElseThrow().accuracy().orElseThrow() >= accuracy, result.toString());
        assertTrue(result.student().orElseThrow().agreement() >= agreement, result.toString());
        RunResult again = runTransfer("again", set, Map.of("distillation.loss", loss));
        assertArrayEquals(
                Files.readAllBytes(root.resolve("run/student.safetensors")),
                Files.readAllBytes(root.resolve("again/student.safetensors")));
        assertTrue(again.teacher().orElseThrow().reused());
    }

    @Test
    void aTransferSetIsDistortedAsMuchAsIsAsked() throws IOException {
        runTransfer("plain", "original-data", Map.of());
        runTransfer("distorted", "original-data", Map.of("transfer.distort", "0.5"));
        runTransfer("again", "original-data", Map.of("transfer.distort", "0.5"));
        byte[] distorted = Files.readAllBytes(root.resolve("distorted/student.safetensors"));
        assertArrayEquals(distorted, Files.readAllBytes(root.resolve("again/student.safetensors")));
        assertFalse(Arrays.equals(distorted, Files.readAllBytes(root.resolve("plain/student.safetensors"))));
        assertTransferFails(
                ConfigException.class,
                "original-data",
                Map.of("transfer.distort", "1.5"),
                "distort must be from 0 to 1, not 1.5");
    }

    @Test
    void whatATransferSetLacksIsTold() throws IOException {
        assertTransferFails(
                ConfigException.class,
                "normal-noise",
                Map.of("distillation.loss", "cross-entropy"),
                "the distillation loss cross-entropy needs labels, and these images have none");
        assertTransferFails(
                ConfigException.class,
                "{name: alternative-data, dataset: stroke-digit}",
                Map.of(),
                "transfer.yaml:13: no dataset is named stroke-digit; did you mean stroke-digits? There are cifar10,");
        assertTransferFails(
                ConfigException.class,
                "{name: alternative-data, dataset: {name: stroke-digits, trains: 5}}",
                Map.of(),
                "transfer.yaml:13: stroke-digits: unknown key trains; did you mean train?");
        assertTransferFails(
                ConfigException.class,
                "{name: alternative-data, dataset: stroke-digits, border: 16}",
                Map.of(),
                "a border of 16 pixels leaves no room in images of 32x32");
    }

    @Test
    void alternativeDataMayBeTheUsersOwnImages() throws IOException {
        for (String name : List.of("a/1", "a/2", "b/1", "b/2")) {
            Path file = root.resolve("photos").resolve(name + ".png");
            Files.createDirectories(file.getParent());
            ImageIO.write(new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        }
        String photos = "{name: alternative-data, dataset: {name: image-folder, train: " + root.resolve("photos");
        assertTransferFails(
                ConfigException.class,
                photos + "}}",
                Map.of(),
                "transfer.yaml:13: the images of image-folder have 3 channels where the teacher's have 1");
        assertFalse(Files.exists(root.resolve("cache/teachers")), "before a teacher is trained");
        assertEquals(
                60,
                runTransfer("run", photos + ", channels: 1}}", Map.of())
                        .student()
                        .orElseThrow()
                        .steps());
        assertTrue(Files.readString(root.resolve("run/config.yaml")).contains("channels: 1"));
    }

    /** Whatever became of the kept ones. */
    @Test
    void statisticsAreRecordedAnewWhereTheyAreLost() throws IOException {
        String set = "{name: meta-data, images: 20, steps: 3}";
        runTransfer("first", set, Map.of());
        byte[] recorded = Files.readAllBytes(root.resolve("first/teacher-statistics.safetensors"));
        Path kept;
        try (Stream<Path> files = Files.list(root.resolve("cache/teachers"))) {
            kept = files.filter(file -> file.toString().endsWith("-statistics.safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(kept);
        assertTrue(runTransfer("lost", set, Map.of()).teacher().orElseThrow().reused());
        assertArrayEquals(recorded, Files.readAllBytes(root.resolve("lost/teacher-statistics.safetensors")));
        assertArrayEquals(recorded, Files.readAllBytes(kept));
        Files.writeString(kept, "damaged");
        runTransfer("damaged", set, Map.of());
        assertArrayEquals(recorded, Files.readAllBytes(root.resolve("damaged/teacher-statistics.safetensors")));
        assertArrayEquals(recorded, Files.readAllBytes(kept));
    }

    @Test
    void statisticsNeedNoPlaceToBeKept() throws IOException {
        Files.writeString(root.resolve("cache"), "in the way");
        assertFalse(runTransfer("run", "{name: meta-data, images: 20, steps: 3}", Map.of())
                .teacher()
                .orElseThrow()
                .reused());
    }

    @Test
    void aStudentHasAGeneratorOrATransferSet() {
        assertTrue(assertThrows(ConfigException.class, () -> run("run", Map.of("transfer.set", "normal-noise")))
                .getMessage()
                .contains("generator and transfer are there: leave one of them"));
    }

    @Test
    void weightsThatCannotBeUsedLeaveNoFolder() throws IOException {
        Path missing = root.resolve("none.safetensors");
        assertFails(Map.of("teacher.weights", missing.toString()), "no such file: " + missing);
        assertFails(Map.of("teacher.weights", root.toString()), root + " is a folder; name the file of weights in it");
        Path text = root.resolve("text.safetensors");
        Files.writeString(text, "not weights at all");
        assertFails(Map.of("teacher.weights", text.toString()), "is not a sound safetensors file");
        run("good", Map.of());
        assertFails(
                Map.of(
                        "teacher.weights",
                        root.resolve("good/generator.safetensors").toString()),
                "it holds the generator, dcgan for");
        assertFails(
                Map.of(
                        "teacher.weights",
                        root.resolve("good/student.safetensors").toString()),
                "does not fit lenet5 for the 10 classes and 1x32x32 images of stroke-digits; it holds the student,"
                        + " lenet5-half for stroke-digits. Here the weights do not fit: 9 of another shape\n"
                        + "  other shape  conv1.weight [3, 1, 5, 5] ");
        Path diverged = root.resolve("diverged.safetensors");
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> weights = Safetensors.read(root.resolve("good/teacher.safetensors"));
            weights.computeIfPresent("conv2.weight", (_, value) -> value.div(0));
            Safetensors.write(diverged, weights, Map.of());
        }
        assertFails(
                Map.of("teacher.weights", diverged.toString()),
                diverged + " holds NaN or infinite numbers in conv2.weight");
    }

    /** The file's names begin with those of a wrapper and of a network that has this one for a part. */
    @Test
    void weightsOfPyTorchsTrainATeacherNamedOtherwise() throws IOException {
        run("good", Map.of());
        Path renamed = root.resolve("renamed.pth.tar");
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> weights = new LinkedHashMap<>();
            Safetensors.read(root.resolve("good/teacher.safetensors"))
                    .forEach((name, value) -> weights.put(
                            "module." + name.replace("conv", "features.conv").replace("fc2", "head"), value));
            TorchFile.write(renamed, weights);
        }
        Map<String, String> overrides = new LinkedHashMap<>();
        overrides.put("teacher.weights", renamed.toString());
        String message = assertFails(
                overrides,
                "; dafl weights " + renamed
                        + " lists the networks that it fits, with their options, and teacher.rename:"
                        + " {FROM: TO} changes names\n  missing     ");
        assertTrue(message.contains("  missing     conv1.weight [6, 1, 5, 5] "), message);
        assertTrue(message.contains("nearest features.conv1.weight [6, 1, 5, 5]\n"), message);
        overrides.put("teacher.rename", "{module.features: module.feature, head: fc2}");
        assertFails(overrides, "missing");
        overrides.put("teacher.rename", "{features: '', head: fc2}");
        run("again", overrides);
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> before = Safetensors.read(root.resolve("good/teacher.safetensors"));
            Safetensors.read(root.resolve("again/teacher.safetensors"))
                    .forEach((name, value) -> assertArrayEquals(
                            Objects.requireNonNull(before.get(name)).toBytes(), value.toBytes(), name));
        }
        overrides.put("teacher.rename", "{module.feature: module}");
        assertFails(
                overrides,
                "does not go with teacher.rename: no name that is left begins with module.feature; they begin with module.features, module.fc1, module.head");
        overrides.put("teacher.rename", "{a**: b}");
        assertFails(overrides, "rename: a**: b has two * side by side");
        overrides.put("teacher.rename", "seven");
        assertFails(overrides, "rename is a table from names to names, such as {backbone: \"\", fc: head}");
        overrides.remove("teacher.rename");
        overrides.put("teacher.key", "ema");
        overrides.put("teacher.weights", "../tensor/src/test/resources/torch/averaged.pt");
        assertFails(overrides, "has no tensors under ema; there are net (9 tensors), run.ema.state_dict (9 tensors)");
    }

    @Test
    void imagesThatDoNotFitTheNetworksAreToldWithTheLine() {
        String message = assertThrows(ConfigException.class, () -> run("run", Map.of("data.image-size", "30")))
                .getMessage();
        assertTrue(
                message.matches(".*experiment\\.yaml:9: lenet5 takes images of 32x32 or 28x28, not 30x30.*"), message);
        assertFalse(Files.exists(root.resolve("run")));
    }

    @Test
    void aDeviceThatIsNotThereIsToldWithTheLine() {
        String message = assertThrows(ConfigException.class, () -> run("run", Map.of("device", "cuda:7")))
                .getMessage();
        assertTrue(message.contains("--set device=cuda:7: device: cuda:7, but libtorch"), message);
    }

    @Test
    void aFolderThatIsNotEmptyOrNotOursIsRefused() throws IOException {
        Files.createDirectory(root.resolve("full"));
        Files.writeString(root.resolve("full/a"), "x");
        assertTrue(assertThrows(IOException.class, () -> run("full", Map.of()))
                .getMessage()
                .contains("is not empty"));
        Path closed = Files.createDirectory(root.resolve("closed"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("r-xr-xr-x"));
        if (!Files.isWritable(closed)) { // root may write everywhere
            assertTrue(assertThrows(IOException.class, () -> run("closed", Map.of()))
                    .getMessage()
                    .contains("cannot write the run folder"));
        }
    }

    private void assertTransferFails(
            Class<? extends Exception> type, String set, Map<String, String> overrides, String problem) {
        String message = assertThrows(type, () -> runTransfer("failed" + problem.hashCode(), set, overrides))
                .getMessage();
        assertTrue(message.contains(problem), message);
    }

    private RunResult runTransfer(String folder, String set, Map<String, String> overrides) throws IOException {
        Path file = root.resolve("transfer.yaml");
        String head = YAML.substring(0, YAML.indexOf("generator:"));
        Files.writeString(
                file, head + "transfer:\n  steps: 60\n  set: " + set + "\ndistillation: {batch: 32, log-every: 10}\n");
        return Experiment.prepare(ExperimentFile.read(file, new HashMap<>(overrides)), ClassPathExtensions.with())
                .run(() -> RunFolder.at(root.resolve(folder)), root.resolve("cache"), new RunControl());
    }

    private String assertFails(Map<String, String> overrides, String problem) {
        String message = assertThrows(ConfigException.class, () -> run("failed", overrides))
                .getMessage();
        assertTrue(message.contains(problem), message);
        assertFalse(Files.exists(root.resolve("failed")));
        return message;
    }

    private RunResult run(String folder, Map<String, String> overrides) throws IOException {
        return run(folder, overrides, new RunControl());
    }

    private RunResult run(String folder, Map<String, String> overrides, RunControl control, RunListener... listeners)
            throws IOException {
        Path file = root.resolve("experiment.yaml");
        Files.writeString(file, YAML);
        return Experiment.prepare(ExperimentFile.read(file, new HashMap<>(overrides)), ClassPathExtensions.with())
                .run(() -> RunFolder.of(root.resolve(folder)), root.resolve("cache"), control, listeners);
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
