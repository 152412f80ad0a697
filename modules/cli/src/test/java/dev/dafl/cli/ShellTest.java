package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ShellTest {

    @Test
    void whatAShellWouldTakeApartIsQuoted() {
        assertEquals(
                "dafl run configs/quickstart.yaml --set seed=7 --set 'generator.losses=[{name: one-hot}]' '' 'it'\\''s'",
                Shell.line(
                        "run",
                        List.of(
                                "configs/quickstart.yaml",
                                "--set",
                                "seed=7",
                                "--set",
                                "generator.losses=[{name: one-hot}]",
                                "",
                                "it's")));
    }
}
