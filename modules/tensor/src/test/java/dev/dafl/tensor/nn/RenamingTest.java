package dev.dafl.tensor.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenamingTest {

    @ParameterizedTest
    @CsvSource({
        "backbone,           encoder,         backbone.conv.weight,  encoder.conv.weight",
        "backbone.,          encoder.,        backbone.conv.weight,  encoder.conv.weight",
        "backbone,           '',              backbone.conv.weight,  conv.weight",
        "'',                 net,             conv.weight,           net.conv.weight",
        "fc.weight,          head.w,          fc.weight,             head.w",
        "layer*.conv,        stage*.conv1,    layer12.conv.weight,   stage12.conv1.weight",
        "layer*.*.conv,      stage*.*.c,      layer1.0.conv.bias,    stage1.0.c.bias",
        "*.bn,               *.norm,          a.bn.weight,           a.norm.weight",
        "*,                  '',              a.bn.weight,           bn.weight",
        "layer*,             stage,           layer1.0.weight,       stage.0.weight",
        "a.b,                c,               a.b,                   c",
        "a+(,                c,               a+(.b,                 c.b",
    })
    void whatANameBeginsWithIsReplaced(String from, String to, String name, String expected) {
        Map<String, Integer> renamed = Renaming.of(Map.of(from, to)).applied(values(name));
        assertEquals(Map.of(expected, 0), renamed);
    }

    @Test
    void aRuleIsForWholePartsAndTheFirstThatFitsWins() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("a.b", "first");
        rules.put("a", "second");
        assertEquals(
                List.of("first.w", "second.c.w", "ab.w"),
                List.copyOf(Renaming.of(rules)
                        .applied(values("a.b.w", "a.c.w", "ab.w"))
                        .keySet()));
    }

    @Test
    void aRuleIsAlsoForWhatFollowsThePartsThatAllNamesHaveInFront() {
        Map<String, String> rules = new LinkedHashMap<>();
        rules.put("fc", "head");
        rules.put("features", "");
        assertEquals(
                List.of("module.net.head.w", "module.net.conv.w"),
                List.copyOf(Renaming.of(rules)
                        .applied(values("module.net.fc.w", "module.net.features.conv.w"))
                        .keySet()));
        assertEquals(
                List.of("x.net.fc.w", "x.net.conv.w"),
                List.copyOf(Renaming.of(Map.of("module", "x"))
                        .applied(values("module.net.fc.w", "module.net.conv.w"))
                        .keySet()));
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Renaming.of(Map.of("body", "x")).applied(values("module.net.fc.w", "module.net.conv.w")))
                .getMessage();
        assertTrue(message.endsWith("they begin with module.net.fc, module.net.conv"), message);
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertRefused(
                Map.of("backbon", "x"),
                "rename: no name that is left begins with backbon; they begin with backbone, fc");
        assertRefused(Map.of("backbone", "fc"), "rename gives backbone.w and fc.w one name, fc.w");
        assertRefused(Map.of("fc.w", ""), "rename leaves nothing of the name fc.w");
        assertRefused(Map.of("a*", "b*.*"), "rename: a*: b*.* has 2 of * behind the colon and 1 before it");
        assertRefused(Map.of("a**", "b"), "rename: a**: b has two * side by side");
    }

    private static void assertRefused(Map<String, String> rules, String problem) {
        String message = assertThrows(
                        IllegalArgumentException.class, () -> Renaming.of(rules).applied(values("backbone.w", "fc.w")))
                .getMessage();
        assertTrue(message.startsWith(problem), message);
    }

    private static Map<String, Integer> values(String... names) {
        Map<String, Integer> values = new LinkedHashMap<>();
        for (String name : names) {
            values.put(name, values.size());
        }
        return values;
    }
}
