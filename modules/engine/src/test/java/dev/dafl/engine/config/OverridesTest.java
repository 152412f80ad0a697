package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.plugins.ClassPathExtensions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverridesTest {

    private static final String FILE = """
            name: test
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: wide-resnet, epochs: 2}
            student: {model: lenet5-half}
            generator:
              model: dcgan
              losses:
                - {name: one-hot, weight: 1}
                - activation
                - {name: pixel-range, weight: 0.5}
            """;

    private static final String TRANSFER = """
            data: {dataset: stroke-digits, image-size: 32}
            teacher: {model: lenet5}
            student: {model: lenet5-half}
            transfer: {set: {name: alternative-data, dataset: image-folder}}
            """;

    /** What is set, and how the tree reads there. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            generator.losses.one-hot.weight=0.5          | /generator/losses/0/weight       | 0.5
            generator.losses.2.weight=4                  | /generator/losses/2/weight       | 4.0
            generator.losses.activation.features=sum     | /generator/losses/1              | {"name":"activation","weight":1.0,"features":"sum"}
            generator.losses.activation.weight=2         | /generator/losses/1              | {"name":"activation","weight":2.0}
            generator.losses.activation={name: one-hat}  | /generator/losses/1/name         | "one-hat"
            generator.losses.activation=null             | /generator/losses/1/name         | "pixel-range"
            generator.model.latent=7                     | /generator/model                 | {"name":"dcgan","latent":7}
            teacher.model.depth=16                       | /teacher/model                   | {"name":"wide-resnet","depth":16}
            teacher.optimizer.learning-rate=1e-3         | /teacher/optimizer/learning-rate | 0.001
            distillation.loss.temperature=4              | /distillation/loss               | {"name":"knowledge-distillation","temperature":4}
            data.dataset.train=100                       | /data/dataset                    | {"name":"stroke-digits","train":100}
            """)
    void everyValueCanBeReached(String set, String pointer, String expected) {
        ExperimentConfig config = parse(FILE, set).config();
        assertEquals(expected, Binding.tree(config).at(pointer).toString());
    }

    @Test
    void optionsOfAPluginThatAnotherPluginNamesCanBeReached() {
        assertEquals(
                "{\"name\":\"image-folder\",\"size\":32}",
                parse(TRANSFER, "transfer.set.dataset.size=32")
                        .config()
                        .transfer()
                        .orElseThrow()
                        .set()
                        .options()
                        .get("dataset")
                        .toString());
        // The plugin's own default is a name too.
        Experiment.prepare(
                parse(TRANSFER, "transfer.set=alternative-data", "transfer.set.border=2"), ClassPathExtensions.with());
        String message = assertThrows(
                        ConfigException.class,
                        () -> Experiment.prepare(
                                parse(TRANSFER, "transfer.set=alternative-data", "transfer.set.dataset.siz=32"),
                                ClassPathExtensions.with()))
                .getMessage();
        assertTrue(message.startsWith("--set transfer.set.dataset.siz=32: usps: unknown key siz"), message);
    }

    /** Each line: what is set, and the message, which names what was written and not a line of the file. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            generator.losses.one-hat.weight=0.5 | --set generator.losses.one-hat.weight=0.5: losses has no entry one-hat; did you mean one-hot? There are activation, one-hot, pixel-range
            generator.losses.3.weight=0.5       | --set generator.losses.3.weight=0.5: losses has no entry 3; there are activation, one-hot, pixel-range
            generator.losses.tv=1               | losses has no entry tv; there are
            teacher.epochs=0                    | --set teacher.epochs=0: epochs must be at least 1, not 0
            teacher.epochs=many                 | --set teacher.epochs=many: epochs: expected a whole number
            teacher.epochs.x=1                  | --set teacher.epochs.x=1: epochs is not a table
            teacher.epoch=3                     | --set teacher.epoch=3: unknown key epoch; did you mean epochs?
            techer.epochs=3                     | --set techer.epochs=3: unknown key techer; did you mean teacher?
            teacher.model=lenet6                | --set teacher.model=lenet6: no teacher is named lenet6; did you mean lenet5?
            teacher.model.dept=3                | --set teacher.model.dept=3: wide-resnet: unknown key dept; did you mean depth?
            generator.losses.activation.x=3     | --set generator.losses.activation.x=3: activation: unknown key x
            generator.losses.one-hot.weight=x   | --set generator.losses.one-hot.weight=x: weight must be a finite number, or points of a share of the run and a number such as [[0, 0], [0.25, 1]], not "x"
            name.x=3                            | --set name.x=3: name is not a table
            seed=[                              | --set seed=[: not YAML
            teacher..epochs=3                   | --set teacher..epochs=3: a key is names with dots between them
            student={modl: lenet5}              | --set student={modl: lenet5}: unknown key modl; did you mean model?
            student=[*a]                        | --set student=[*a]: *a names no value
            """)
    void aMistakeIsToldWithWhatWasSet(String set, String message) {
        String actual = assertThrows(
                        ConfigException.class, () -> Experiment.prepare(parse(FILE, set), ClassPathExtensions.with()))
                .getMessage();
        assertTrue(actual.contains(message), actual);
        assertTrue(actual.startsWith("--set " + set), actual);
    }

    @Test
    void mistakesOfTheFileKeepTheirLineBesideOverrides() {
        String text = FILE.replace("weight: 0.5", "weight: .inf");
        String message = assertThrows(ConfigException.class, () -> parse(text, "generator.losses.one-hot.weight=2"))
                .getMessage();
        assertEquals(
                "exp.yaml:10: weight must be a finite number, or points of a share of the run and a number such as [[0, 0],"
                        + " [0.25, 1]], not Infinity",
                message);
    }

    @Test
    void theListsOfNamesAreInOneOrder() {
        List<String> known = List.of("lenet5", "alexnet", "vgg11");
        assertEquals("; there are alexnet, lenet5, vgg11", Nearest.among("transformer", known));
        assertEquals("; did you mean vgg11? There are alexnet, lenet5, vgg11", Nearest.among("vgg12", known));
    }

    static ExperimentFile parse(String text, String... settings) {
        return ExperimentFile.parse("exp.yaml", text, overrides(settings), "x");
    }

    /** In the order in which they are given. */
    static Map<String, String> overrides(String... settings) {
        Map<String, String> overrides = new LinkedHashMap<>();
        for (String set : settings) {
            overrides.put(set.substring(0, set.indexOf('=')), set.substring(set.indexOf('=') + 1));
        }
        return overrides;
    }
}
