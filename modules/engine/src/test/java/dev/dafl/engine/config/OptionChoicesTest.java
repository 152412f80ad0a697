package dev.dafl.engine.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionChoicesTest {

    private enum Head {
        SMALL,
        VERY_LARGE
    }

    private record Options(boolean batchNorm, int depth, Head head, String file) {}

    @Test
    void everyChoiceOfNamesAndTruthsIsThereWithTheDefaultsUnwritten() {
        List<Component> choices = OptionChoices.of("net", new Options(true, 3, Head.SMALL, ""));
        assertEquals(
                List.of(
                        "net",
                        "net {batch-norm: false}",
                        "net {head: very-large}",
                        "net {batch-norm: false, head: very-large}"),
                choices.stream().map(Component::toString).toList());
        assertEquals(
                new Options(false, 3, Head.VERY_LARGE, "f"),
                choices.getLast().bind(new Options(true, 3, Head.SMALL, "f")));
    }

    @Test
    void aPluginWithoutThemHasOneChoice() {
        record Numbers(int depth, double width) {}
        assertEquals(List.of(Component.named("net")), OptionChoices.of("net", new Numbers(1, 2)));
    }

    @Test
    void theirNumberHasABound() {
        record Many(boolean a, boolean b, boolean c, boolean d, boolean e, boolean f, boolean g, boolean h) {}
        Many defaults = new Many(true, true, true, true, true, true, true, true);
        assertEquals(64, OptionChoices.of("net", defaults).size());
    }
}
