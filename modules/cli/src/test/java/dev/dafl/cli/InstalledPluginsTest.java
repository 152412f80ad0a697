package dev.dafl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.kernel.PluginBundle;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InstalledPluginsTest {

    private static final InstalledPlugins FOLDERS = new InstalledPlugins(Path.of("/own"), Path.of("/dafl/plugins"));
    private static final PluginBundle MINE = new PluginBundle(
            Path.of("/own/org.example.mine.jar"), "org.example.mine", "1.0.0", "", List.of("mine", "ours"));
    private static final PluginBundle BROKEN =
            new PluginBundle(Path.of("/own/broken.jar"), "", "", "it is no bundle", List.of());
    private static final PluginBundle BUILT_IN = new PluginBundle(
            Path.of("/dafl/plugins/losses.jar"), "dev.dafl.plugins.dafl-losses", "0.1.0", "", List.of("one-hot"));
    private static final PluginBundle ELSEWHERE =
            new PluginBundle(Path.of("/tmp/more/theirs.jar"), "theirs", "1.0.0", "", List.of("theirs"));
    private static final List<PluginBundle> ALL = List.of(BUILT_IN, ELSEWHERE, MINE, BROKEN);

    @ParameterizedTest
    @ValueSource(strings = {"mine", "ours", "org.example.mine", "org.example.mine.jar", "/own/org.example.mine.jar"})
    void aPluginItsBundleAndItsJarMeanTheBundle(String named) {
        assertEquals(MINE, FOLDERS.named(named, ALL));
    }

    @Test
    void whatCannotBeUsedCanBeRemovedByItsJar() {
        assertEquals(BROKEN, FOLDERS.named("broken.jar", ALL));
    }

    @Test
    void whatIsNotTheUsersOwnStays() {
        assertEquals(
                "one-hot is built in (dev.dafl.plugins.dafl-losses) and stays; what can be removed is in /own",
                refused("one-hot", ALL));
        assertEquals(
                "theirs is in /tmp/more/theirs.jar, where nobody has installed it; delete that file, or take its folder out"
                        + " of --plugins and DAFL_PLUGINS",
                refused("theirs", ALL));
    }

    @Test
    void whatIsNotThereIsTold() {
        assertEquals(
                "no plugin, bundle or jar is named mime; did you mean mine? There are mine, org.example.mine, ours",
                refused("mime", ALL));
    }

    @Test
    void oneOfTwoHasToBeNamedByItsJar() {
        PluginBundle again = new PluginBundle(Path.of("/own/copy.jar"), "copy", "1.0.0", "", List.of("mine"));
        assertEquals(
                "mine is in /own/org.example.mine.jar and in /own/copy.jar; name the jar that is to go",
                refused("mine", List.of(MINE, again)));
        assertEquals(again, FOLDERS.named("copy.jar", List.of(MINE, again)));
    }

    /** The built-in one that it stands before stays. */
    @Test
    void ofTwoOfANameTheUsersOwnIsMeant() {
        PluginBundle own = new PluginBundle(Path.of("/own/better.jar"), "better", "1.0.0", "", List.of("one-hot"));
        assertEquals(own, FOLDERS.named("one-hot", List.of(BUILT_IN, own)));
    }

    private static String refused(String named, List<PluginBundle> bundles) {
        return assertThrows(ConfigException.class, () -> FOLDERS.named(named, bundles))
                .getMessage();
    }
}
