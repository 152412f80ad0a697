package dev.dafl.cli;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.Nearest;
import dev.dafl.engine.config.OneLine;
import dev.dafl.kernel.PluginBundle;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The bundles that are the user's own to take out, among all that there are.
 *
 * @param own the folder into which plugins are installed
 * @param builtIn the folder of those that dafl comes with
 */
record InstalledPlugins(Path own, Path builtIn) {

    InstalledPlugins {
        own = own.toAbsolutePath().normalize();
        builtIn = builtIn.toAbsolutePath().normalize();
    }

    /**
     * The one that is meant, whether or not it can be used.
     *
     * @param named one of its plugins, the bundle itself, or its jar
     * @throws ConfigException when it is not the user's own, or not one
     */
    PluginBundle named(String named, List<PluginBundle> all) {
        List<PluginBundle> meant =
                all.stream().filter(bundle -> isNamed(bundle, named)).toList();
        List<PluginBundle> installed =
                meant.stream().filter(bundle -> isIn(own, bundle)).toList();
        if (installed.size() > 1) {
            throw new ConfigException(named + " is in "
                    + installed.stream().map(bundle -> bundle.file().toString()).collect(Collectors.joining(" and in "))
                    + "; name the jar that is to go");
        }
        if (installed.size() == 1) {
            return installed.getFirst();
        }
        if (meant.isEmpty()) {
            throw new ConfigException("no plugin, bundle or jar is named " + OneLine.shortened(named)
                    + Nearest.among(
                            named,
                            all.stream()
                                    .filter(bundle -> isIn(own, bundle))
                                    .flatMap(InstalledPlugins::names)
                                    .toList()));
        }
        PluginBundle other = meant.getFirst();
        throw new ConfigException(
                isIn(builtIn, other)
                        ? named + " is built in (" + other.symbolicName() + ") and stays; what can be removed is in "
                                + own
                        : named + " is in " + other.file()
                                + ", where nobody has installed it; delete that file, or take its"
                                + " folder out of --plugins and DAFL_PLUGINS");
    }

    private static boolean isNamed(PluginBundle bundle, String named) {
        return names(bundle).anyMatch(named::equals)
                || (named.endsWith(".jar")
                        && (bundle.file().endsWith(named)
                                || file(bundle)
                                        .equals(Path.of(named).toAbsolutePath().normalize())));
    }

    /** Those of a bundle that cannot be used may be none. */
    private static Stream<String> names(PluginBundle bundle) {
        return Stream.concat(bundle.extensions().stream(), Stream.of(bundle.symbolicName()))
                .filter(name -> !name.isEmpty());
    }

    private static boolean isIn(Path folder, PluginBundle bundle) {
        return file(bundle).startsWith(folder);
    }

    private static Path file(PluginBundle bundle) {
        return bundle.file().toAbsolutePath().normalize();
    }
}
