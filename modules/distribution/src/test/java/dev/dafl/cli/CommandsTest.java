package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.torch.TorchFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What commands print and return, with all bundles, in this process: what needs one of its own is the launcher's test. */
class CommandsTest {

    private static final String SMALL = """
            name: small
            precision: fp32
            threads: 1
            data:
              dataset: {name: stroke-digits, train: 400, test: 100}
              image-size: 32
            teacher: {model: lenet5, epochs: 3, batch: 50}
            student: {model: lenet5-half, optimizer: {learning-rate: 0.002}}
            generator:
              model: {name: dcgan, latent: 20, width: 8}
              optimizer: {learning-rate: 0.02}
              losses: [{name: one-hot, weight: 1}, {name: information-entropy, weight: 5}]
            distillation: {schedule: {kind: joint, steps: 10}, batch: 16, select-every: 5}
            """;

    @TempDir
    private Path work;

    /** Where no server listens. */
    private String nobody = "";

    /** How a command ended. */
    private record Outcome(int code, String out, String err) {}

    @BeforeEach
    void files() throws IOException {
        Files.writeString(work.resolve("small.yaml"), SMALL);
        Files.writeString(work.resolve("empty.yaml"), "");
        Files.writeString(work.resolve("token"), "s3cret");
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = "http://127.0.0.1:" + socket.getLocalPort();
        }
        Files.writeString(work.resolve("typo.yaml"), SMALL.replace("student:", "studnt:"));
        Files.writeString(Files.createDirectory(work.resolve("full")).resolve("a"), "x");
    }

    /** What is typed, the exit code, a part of the one message; @ is the folder of the files, and nobody listens at NOBODY. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            run @nowhere.yaml                                  | 2 | no such file: @nowhere.yaml
            run @empty.yaml                                    | 2 | @empty.yaml is empty
            run @typo.yaml                                     | 2 | typo.yaml:8: unknown key studnt; did you mean student?
            run @small.yaml --set teacher.model=lenet9         | 2 | --set teacher.model=lenet9: no teacher is named lenet9; did you mean lenet5? There are alexnet,
            run @small.yaml --set teacher.epochs=x             | 2 | --set teacher.epochs=x: epochs: expected a whole number
            run @small.yaml --set teacher.epochs=-1            | 2 | --set teacher.epochs=-1: epochs must be at least 1, not -1
            run @small.yaml --set device=cuda                  | 2 | device: cuda, but libtorch 2.13.0
            run @small.yaml --set data.image-size=30           | 2 | lenet5 takes images of 32x32 or 28x28, not 30x30
            run @small.yaml --set teacher.weights=@no.safetensors | 2 | --set teacher.weights=@no.safetensors: no such file: @no.safetensors
            run @small.yaml --set data.root=@nowhere           | 2 | --set data.root=@nowhere: no such folder: @nowhere
            run @small.yaml --set teacher.weights=@small.yaml  | 2 | small.yaml is no file of weights that is known here
            run @small.yaml --set teacher.key=ema              | 2 | --set teacher.key=ema: key and rename are for teacher.weights, which is not given
            run @small.yaml --set teacher.weights=@full        | 2 | @full is a folder; name the file of weights in it
            run @small.yaml --out @full                        | 1 | full is not empty
            run @small.yaml --out /proc/dafl                   | 1 | cannot write the run folder /proc/dafl
            run @small.yaml --set data.dataset=image-folder    | 2 | --set data.dataset=image-folder: image-folder needs the option train
            run @small.yaml --jobs 0                           | 2 | must be a whole number from 1
            run                                                | 2 | CONFIG
            rnu @small.yaml                                    | 2 | rnu
            evaluate @small.yaml                               | 2 | small.yaml is no file of weights that is known here
            evaluate @no.safetensors                           | 2 | no such file: @no.safetensors
            export @no.safetensors                             | 2 | nothing is asked for: name a file with --onnx FILE
            export @no.safetensors --onnx @s.onnx              | 2 | no such file: @no.safetensors
            export @no.safetensors --onnx @small.yaml          | 2 | small.yaml is there already; --force writes over it
            export @small.yaml --onnx @s.onnx                  | 2 | small.yaml is no file of weights that is known here
            export @small.yaml --onnx @small.yaml --force      | 2 | small.yaml is the weights file itself; name another
            export @small.yaml --onnx @nowhere/s.onnx          | 2 | no such folder: @nowhere, to write
            export @small.yaml --onnx @full                    | 2 | full is a folder; name a file
            export @small.yaml --onnx @s --pt @./s             | 2 | s is named for two of --onnx, --pt and --pytorch
            export @small.yaml --pt @s --pytorch @./s          | 2 | s is named for two of --onnx, --pt and --pytorch
            export @small.yaml --pt @s.pt --with-input uint8   | 2 | --with-input and --batch say how the graph of --onnx
            export @small.yaml --onnx @s.onnx --batch 0        | 2 | --batch must be at least 1, not 0
            export @small.yaml --onnx @s.onnx --with-input u8  | 2 | expected one of normalised, 0..1, uint8, not 'u8'
            weights @no.pt                                     | 2 | no such file: @no.pt
            weights @full                                      | 2 | @full is a folder; name the file of weights in it
            weights ../tensor/src/test/resources/torch/evil.pt | 2 | is refused: it would call posix.system in Python
            weights ../tensor/src/test/resources/torch/averaged.pt --key x | 2 | has no tensors under x; there are net (9 tensors), run.ema.state_dict (9
            init @no.onnx                                      | 2 | no such file: @no.onnx
            init @full                                         | 2 | @full is no file
            init @no.onnx --out @small.yaml                    | 2 | small.yaml is there already; --force writes over it
            init @no.onnx --out @full                          | 2 | full is a folder; name a file
            init ../tensor/src/test/resources/torch/averaged.pt --out @new.yaml | 2 | fits none of the installed networks
            check @nowhere.yaml                                | 2 | no such file: @nowhere.yaml
            check @small.yaml --set data.image-size=30         | 2 | lenet5 takes images of 32x32 or 28x28, not 30x30
            evaluate @no.onnx --test mnist                     | 2 | no such file: @no.onnx
            evaluate ../onnx/src/test/resources/models/resnet.script.onnx | 2 | resnet.script.onnx does not name the data to measure it on
            evaluate ../onnx/src/test/resources/models/resnet.script.onnx --set test.dataset=stroke-digits | 2 | stroke-digits has 10 classes and 1 channels, and the teacher 5 and 3
            serve --port 70000                                 | 2 | --port is from 0 to 65535, not 70000
            serve --slots 0                                    | 2 | must be a whole number from 1
            serve --slots 1000 --cores 1                       | 2 | --slots 1000: each run takes a core at least, and there are 1
            serve --tls-key @small.yaml                        | 2 | --tls-key and --tls-cert go together
            serve --data-root @nowhere                         | 2 | --data-root: no such folder: @nowhere
            serve --tls-key @small.yaml --tls-cert @typo.yaml --data @server | 1 | are no key and its certificates
            token make ../x --data @tokens                     | 2 | a token's name is 1 to 64 letters
            token remove nobody --data @tokens                 | 2 | no token is named nobody
            token                                              | 2 | a command is missing: make, list or remove
            service install --print -- --slots 0               | 2 | must be a whole number from 1
            service install --system a/b --print               | 2 | --system names a user of this machine
            config                                             | 2 | a command is missing: schema
            report @nowhere                                    | 2 | no such folder: @nowhere
            report @full                                       | 2 | full is no run folder
            plugins describe one-hut                           | 2 | no plugin is named one-hut; did you mean one-hot? There are activation,
            plugins new My_Loss --kind loss                    | 2 | My_Loss' is no name of a plugin: lower-case words with hyphens between them, such as my-loss
            plugins new my-loss --kind lose                    | 2 | expected one of loss, network, generator, synthesizer, dataset, transfer-set, distillation-loss, not 'lose'
            plugins new my-loss                                | 2 | --kind=KIND
            plugins new my-loss --kind loss --package a..b     | 2 | --package: 'a..b' is no name of a Java package
            plugins new my-loss --kind loss @full              | 2 | @full is not empty; name another folder behind the plugin's name
            plugins new my-loss --kind loss @small.yaml        | 2 | @small.yaml is a file; name a folder
            plugins new one-hot --kind loss @new               | 2 | there is a loss term named one-hot already, in dev.dafl.plugins.dafl-losses
            plugins install @full                              | 2 | @full has no pom.xml; name the folder of a plugin's project
            plugins dev @nowhere                               | 2 | @nowhere has no pom.xml
            plugins                                            | 2 | a command is missing: list, describe, new, install, remove or dev
            plugins remove one-hot                             | 2 | one-hot is built in (dev.dafl.plugins.dafl-losses) and stays
            plugins remove one-hut                             | 2 | no plugin, bundle or jar is named one-hut
            plugins list --plugins @nowhere                    | 2 | no such plugin folder: @nowhere
            data get mnits                                     | 2 | mnits
            runs --in @nowhere                                 | 2 | no such folder: @nowhere
            runs show @nowhere                                 | 2 | no such run folder: @nowhere
            runs show @nowhere --csv @m.csv                    | 2 | no such run folder: @nowhere
            runs track @nowhere                                | 2 | no such run folder: @nowhere
            runs track @full --experiment x                    | 2 | --experiment and --token-env are for --mlflow, which is not given
            runs track @full --mlflow box:5000                 | 2 | uri is the address of a tracking server, such as http://127.0.0.1:5000
            runs show @full                                    | 2 | full holds no run
            runs compare @full                                 | 2 | compare takes two runs or more
            runs remove @full                                  | 2 | full holds no run
            cache clean teechers                               | 2 | expected one of [TEACHERS, DATA, IMAGES, LIBTORCH, ALL]
            cache clean --older-than 3x                        | 2 | 3x' is no age: write hours, days or weeks
            submit @nowhere.yaml --server NOBODY               | 2 | no such file: @nowhere.yaml
            submit @empty.yaml --server NOBODY                 | 2 | @empty.yaml is empty
            submit @small.yaml --server NOBODY                 | 1 | no server listens at NOBODY; start one there with 'dafl serve'
            submit @small.yaml --follow --server NOBODY        | 1 | no server listens at NOBODY
            submit @small.yaml --priority 101                  | 2 | --priority is from -100 to 100, not 101
            submit @small.yaml --priority x                    | 2 | --priority
            submit @small.yaml --cores 0                       | 2 | must be a whole number from 1
            submit @small.yaml --file t.pt=@full/a             | 2 | small.yaml names no file t.pt
            submit @small.yaml --file lenet5=@nowhere          | 2 | no such file
            submit @small.yaml --server box:8642               | 2 | box:8642' is no server's address: it begins with http://
            submit                                             | 2 | CONFIG
            jobs --server NOBODY                               | 1 | no server listens at NOBODY
            jobs --limit 0                                     | 2 | must be a whole number from 1
            jobs --state done                                  | 2 | expected one of [QUEUED,
            jobs --server http://192.0.2.1 --token-file @token | 2 | http://192.0.2.1 is another machine, and by http everybody
            jobs --server http://box?token=x                   | 2 | a token goes into a file, and not into the address
            jobs --token-file @nowhere                         | 2 | no such file: @nowhere, which is to hold the token
            jobs --token-file @empty.yaml                      | 2 | empty.yaml is empty; it is to hold the token
            jobs --server NOBODY --token-file @small.yaml      | 2 | that is no token: a token is one line without spaces
            jobs --server NOBODY --ca @token                   | 2 | --ca is for addresses with https
            jobs --server https://127.0.0.1:1 --ca @nowhere    | 2 | no such file: @nowhere
            jobs --server https://127.0.0.1:1 --ca @small.yaml | 2 | small.yaml holds no certificate
            job                                                | 2 | ID
            job 0                                              | 2 | 0' is no job's number; 'dafl jobs' shows them
            job 7 --server NOBODY                              | 1 | no server listens at NOBODY
            logs 7 --follow --server NOBODY                    | 1 | no server listens at NOBODY
            stop 7 --server NOBODY                             | 1 | no server listens at NOBODY
            pause x                                            | 2 | x' is no job's number
            unpause 7 --server NOBODY                          | 1 | no server listens at NOBODY
            retry 7 --server NOBODY                            | 1 | no server listens at NOBODY
            pull 7 --out @full --server NOBODY                 | 1 | no server listens at NOBODY
            """)
    void badInputGetsOneClearMessage(String typed, int code, String message) {
        Outcome outcome = dafl(typed.split(" "));
        assertEquals(code, outcome.code(), outcome.err());
        assertTrue(outcome.err().contains(here(message)), outcome.err());
        assertFalse(outcome.err().contains("\tat "), outcome.err());
        assertEquals("", outcome.out());
    }

    @Test
    void brokenBundlesAreToldAndTheRestRuns() throws IOException {
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        Files.writeString(plugins.resolve("text.jar"), "no jar");
        Files.copy(lenet(), plugins.resolve("lenet-again.jar"));
        Outcome outcome = dafl("plugins", "list", "--plugins", "@plugins");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("knowledge-distillation"), outcome.out());
        assertTrue(outcome.out().contains("text.jar: it is no jar"), outcome.out());
        assertTrue(outcome.out().contains("lenet-again.jar: it is the bundle dev.dafl.plugins.lenet"), outcome.out());
        assertTrue(outcome.out().contains(" bundles in use, 2 broken"), outcome.out());
    }

    @Test
    void weightsAreListedWithTheNetworkThatTheyAreOf() throws IOException {
        Path file = work.resolve("saved.pt");
        try (TensorScope _ = TensorScope.open()) {
            TorchFile.write(
                    file,
                    Map.of(
                            "module.fc1.weight", Tensor.zeros(DType.FLOAT32, Device.CPU, 1200, 784),
                            "module.fc1.bias", Tensor.zeros(DType.FLOAT32, Device.CPU, 1200),
                            "module.fc2.weight", Tensor.zeros(DType.FLOAT32, Device.CPU, 1200, 1200),
                            "module.fc2.bias", Tensor.zeros(DType.FLOAT32, Device.CPU, 1200),
                            "module.fc3.weight", Tensor.zeros(DType.FLOAT32, Device.CPU, 7, 1200),
                            "module.fc3.bias", Tensor.zeros(DType.FLOAT32, Device.CPU, 7)));
        }
        Outcome told = dafl("weights", "@saved.pt");
        assertEquals(0, told.code(), told.err());
        assertTrue(told.out().contains("module.fc3.weight  float32  [7, 1200]"), told.out());
        assertTrue(
                told.out().contains("saved.pt: PyTorch, 6 tensors, 2,391,607 parameters, probably 7 classes"),
                told.out());
        assertTrue(told.out().contains("fits hinton for 7 classes and images of 1x28x28"), told.out());
        JsonNode json =
                new JsonMapper().readTree(dafl("weights", "@saved.pt", "--json").out());
        assertEquals("hinton", json.at("/fits/0/model").asString(), json.toString());
        assertEquals(7, json.path("classes").asInt());
        assertEquals(".", json.path("key").asString());
    }

    /** A teacher's file and nothing else: what init writes can begin, and editors know all of it. */
    @Test
    void aTeachersFileIsEnoughToBegin() throws IOException {
        String teacher = "../onnx/src/test/resources/models/shufflenet.script.onnx";
        Outcome written = dafl("init", teacher, "--out", "@new.yaml");
        assertEquals(0, written.code(), written.err());
        assertTrue(written.out().contains(here("dafl check @new.yaml")), written.out());
        Outcome checked = dafl("check", "@new.yaml", "--json", "--set", "precision=fp32", "--set", "threads=1");
        assertEquals(0, checked.code(), checked.err());
        assertTrue(checked.err().contains("nobody says how the teacher's images are normalised"), checked.err());
        JsonNode parts = new JsonMapper().readTree(checked.out()).at("/experiments/0/parts");
        assertEquals(3, parts.size());
        JsonNode time = new JsonMapper().readTree(checked.out()).at("/experiments/0/time");
        assertEquals("onnx {file: " + teacher + "}", time.at("/teacher/from").asString(), time.toString());
        Outcome untimed = dafl("check", "@new.yaml", "--no-time", "--set", "precision=fp32", "--set", "threads=1");
        assertEquals(0, untimed.code(), untimed.err());
        assertFalse(untimed.out().contains("a run takes"), untimed.out());
        JsonNode schema = new JsonMapper().readTree(dafl("config", "schema").out());
        assertTrue(schema.at("/properties").has("input"), schema.toString());
    }

    @Test
    void systemdIsToldHowTheServerIsStarted() {
        Outcome outcome =
                dafl("service", "install", "--print", "--system", "dafl", "--", "--slots", "1", "--data", "@a b%c");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("\nUser=dafl\n"), outcome.out());
        assertTrue(outcome.out().contains(here(" serve --slots 1 --data \"@a b%%c\"\n")), outcome.out());
    }

    /** Three lines of Python below the sentence, to be copied. */
    @Test
    void linesThatHelpArePrintedAsLines() {
        Outcome outcome = dafl("weights", "../tensor/src/test/resources/torch/module.pt");
        assertEquals(2, outcome.code());
        assertEquals(4, outcome.err().lines().count(), outcome.err());
        assertTrue(
                outcome.err().contains("\n  torch.save(network.state_dict(), \"module-weights.pt\")\n"), outcome.err());
    }

    @Test
    void pluginsAreListedAndDescribedAsJson() {
        JsonNode all =
                new JsonMapper().readTree(dafl("plugins", "list", "--json").out());
        assertEquals(0, all.path("broken").size(), all.toString());
        JsonNode one = new JsonMapper()
                .readTree(dafl("plugins", "describe", "one-hot", "--json").out());
        assertEquals("loss term", one.at("/plugins/0/kind").asString(), one.toString());
        assertTrue(
                all.path("plugins").valueStream().anyMatch(one.at("/plugins/0")::equals),
                "what is described is what is listed");
    }

    @Test
    void doctorChecksAComputation() {
        Outcome outcome = dafl("doctor");
        assertEquals(0, outcome.code(), outcome.err());
        assertTrue(outcome.out().contains("libtorch  2.13.0") && outcome.out().contains(": right"), outcome.out());
        assertTrue(outcome.out().contains("symbols   all C++ entry points are there"), outcome.out());
        assertTrue(outcome.out().contains("cuda      not available: this libtorch is for the CPU"), outcome.out());
    }

    @Test
    void runsAreListedShownAndCompared() throws IOException {
        run("1", SMALL);
        Files.writeString(run("2", SMALL.replace("epochs: 3", "epochs: 4")).resolve("result.json"), "{");
        run("3", SMALL.replace("epochs: 3", "epochs: 5"));
        Outcome listed = dafl("runs", "--in", "@runs");
        assertEquals(0, listed.code(), listed.err());
        assertTrue(listed.out().contains(here("@runs/small/1  killed ")), listed.out());
        assertTrue(listed.out().contains("result.json is damaged"), listed.out());
        JsonNode runs = new JsonMapper()
                .readTree(dafl("runs", "--in", "@runs", "--json").out())
                .path("runs");
        assertEquals(3, runs.size());
        assertEquals("killed", runs.get(0).path("state").asString(), runs.toString());
        assertTrue(runs.get(1).has("problem") && !runs.get(1).has("state"), runs.toString());
        Outcome shown = dafl("runs", "show", "@runs/small/1");
        assertTrue(shown.out().contains(here("go on by: dafl resume @runs/small/1")), shown.out());
        Outcome compared = dafl("runs", "compare", "@runs/small/1", "@runs/small/3");
        assertEquals(
                "teacher.epochs 3 5",
                compared.out().lines().reduce("", (_, last) -> last).replaceAll(" +", " "),
                compared.out());
        Files.writeString(
                work.resolve("runs/small/1/metrics.jsonl"),
                "{\"event\":\"teacher\",\"step\":2,\"seconds\":0.5,\"rate/teacher\":0.25}\n");
        Outcome csv = dafl("runs", "show", "@runs/small/1", "--csv", "-");
        assertEquals("phase,step,seconds,rate/teacher\r\nteacher,2,0.5,0.25\r\n", csv.out());
        Outcome both = dafl("runs", "compare", "@runs/small/1", "@runs/small/3", "--csv", "@both.csv", "--json");
        assertEquals(0, both.code(), both.err());
        assertEquals(2, new JsonMapper().readTree(both.out()).path("runs").size());
        assertEquals(
                "run,phase,step,seconds,rate/teacher\r\n" + here("@runs/small/1") + ",teacher,2,0.5,0.25\r\n",
                Files.readString(work.resolve("both.csv")));
        Outcome twice = dafl("runs", "show", "@runs/small/1", "--csv", "-", "--json");
        assertEquals(2, twice.code());
        assertTrue(twice.err().contains("--json and --csv - both want the standard output"), twice.err());
        Outcome untold = dafl("runs", "track", "@runs/small/1");
        assertEquals(2, untold.code());
        assertTrue(untold.err().contains("names no server in tracking.mlflow"), untold.err());
    }

    @Test
    void severalRunsAreRemovedOnlyWhenThatIsSaid() throws IOException {
        Path one = run("1", SMALL);
        Path two = run("2", SMALL);
        Path three = run("3", SMALL);
        Outcome unsaid = dafl("runs", "remove", "@runs/small/1", "@runs/small/2");
        assertEquals(2, unsaid.code());
        assertTrue(unsaid.err().contains("nothing was removed: say --yes"), unsaid.err());
        assertTrue(Files.exists(one) && Files.exists(two));
        Outcome said = dafl("runs", "remove", "@runs/small/1", "@runs/small/2", "--yes");
        assertEquals(0, said.code(), said.err());
        assertFalse(Files.exists(one) || Files.exists(two));
        assertTrue(Files.exists(three.resolve("config.yaml")));
    }

    @Test
    void theCacheIsShown() {
        JsonNode cache = new JsonMapper().readTree(dafl("cache", "--json").out());
        assertEquals(
                "teachers data images libtorch leftovers",
                cache.path("kinds")
                        .valueStream()
                        .map(kind -> kind.path("kind").asString())
                        .collect(Collectors.joining(" ")));
        assertTrue(dafl("cache")
                .out()
                .startsWith("the cache is " + cache.path("folder").asString()));
    }

    private Path run(String time, String yaml) throws IOException {
        Path folder = Files.createDirectories(work.resolve("runs/small").resolve(time));
        Files.writeString(folder.resolve("config.yaml"), yaml);
        return folder;
    }

    private Outcome dafl(String... typed) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int code = line.execute(Arrays.stream(typed).map(this::here).toArray(String[]::new));
        return new Outcome(code, out.toString(), err.toString());
    }

    private String here(String text) {
        return text.replace("@", work + "/").replace("NOBODY", nobody);
    }

    private static Path lenet() throws IOException {
        try (Stream<Path> jars = Files.list(Path.of(System.getProperty("dafl.home"), "plugins"))) {
            return jars.filter(jar -> jar.getFileName().toString().startsWith("lenet"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
