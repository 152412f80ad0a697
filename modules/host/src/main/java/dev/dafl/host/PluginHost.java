package dev.dafl.host;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.kernel.ExtensionPoint;
import dev.dafl.kernel.Kernel;
import dev.dafl.kernel.KernelConfiguration;
import dev.dafl.kernel.PluginBundle;
import dev.dafl.spi.DatasetFactory;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.ListenerFactory;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.spi.TransferSetFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The microkernel with dafl's extension points, as the engine wants to see it. */
public final class PluginHost implements Extensions, AutoCloseable {

    private static final Map<String, Class<? extends Plugin<?>>> POINTS = points();

    private final Kernel kernel;

    private PluginHost(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Starts the built-in bundles and those in the user's folders. */
    public static PluginHost start(List<Path> folders) {
        List<ExtensionPoint<?>> points = new ArrayList<>();
        POINTS.values().forEach(type -> points.add(point(type)));
        return new PluginHost(Kernel.start(new KernelConfiguration(
                points,
                List.of("dev.dafl.tensor", "dev.dafl.onnx", "dev.dafl.spi"),
                builtIn(),
                userFolders(folders),
                false)));
    }

    /** Names of the kinds for people, with their types. */
    public static Map<String, Class<? extends Plugin<?>>> kinds() {
        return POINTS;
    }

    public List<PluginBundle> bundles() {
        return kernel.bundles();
    }

    /** Which bundles, or parts of them, are not used and why, in sentences; the rest runs. */
    public List<String> problems() {
        return bundles().stream()
                .filter(bundle -> !bundle.problem().isEmpty())
                .map(bundle -> "plugin " + bundle.file() + " is not used: " + bundle.problem())
                .toList();
    }

    @Override
    public String bundleOf(Plugin<?> extension) {
        return kernel.bundleOf(extension)
                .map(bundle -> bundle.symbolicName() + " " + bundle.version())
                .orElse("");
    }

    /** The plugin whose code a stack trace shows, in words. */
    public Optional<String> inTrace(StackTraceElement[] trace) {
        for (StackTraceElement frame : trace) {
            for (var kind : POINTS.entrySet()) {
                for (Plugin<?> plugin : all(kind.getValue())) {
                    if (plugin.getClass().getName().equals(frame.getClassName())) {
                        return Optional.of(
                                new PluginIdentity(kind.getKey(), plugin.name(), bundleOf(plugin)).toString());
                    }
                }
            }
        }
        return Optional.empty();
    }

    @Override
    public <T extends Plugin<?>> List<T> all(Class<T> point) {
        return kernel.extensions(point);
    }

    @Override
    public void close() {
        kernel.close();
    }

    private static <T extends Plugin<?>> ExtensionPoint<T> point(Class<T> type) {
        return new ExtensionPoint<>(type, Plugin::name);
    }

    /** Those of the installation; of a program that has dafl as a library, those on its class path. */
    private static List<Path> builtIn() {
        String home = System.getProperty("dafl.home");
        return home == null ? ClassPathBundles.jars(POINTS.values()) : List.of(Path.of(home, "plugins"));
    }

    private static List<Path> userFolders(List<Path> given) {
        List<Path> folders = new ArrayList<>(given);
        String environment = System.getenv("DAFL_PLUGINS");
        if (environment != null && !environment.isBlank()) {
            folders.add(Path.of(environment));
        }
        folders.stream()
                .filter(folder -> !Files.isDirectory(folder))
                .findFirst()
                .ifPresent(folder -> {
                    throw new ConfigException(
                            "no such plugin folder: " + folder + " (named by --plugins or DAFL_PLUGINS)");
                });
        Path own = UserFolders.ofThisUser().data().resolve("plugins");
        if (Files.isDirectory(own)) {
            folders.add(own);
        }
        return folders;
    }

    private static Map<String, Class<? extends Plugin<?>>> points() {
        Map<String, Class<? extends Plugin<?>>> points = new LinkedHashMap<>();
        points.put("teacher", erased(TeacherFactory.class));
        points.put("student", erased(StudentFactory.class));
        points.put("generator", erased(GeneratorFactory.class));
        points.put("loss term", erased(LossTerm.class));
        points.put("distillation loss", erased(DistillationLoss.class));
        points.put("dataset", erased(DatasetFactory.class));
        points.put("transfer set", erased(TransferSetFactory.class));
        points.put("method", erased(SynthesizerFactory.class));
        points.put("listener", erased(ListenerFactory.class));
        return points;
    }

    @SuppressWarnings("unchecked") // a class object knows no type arguments
    private static Class<? extends Plugin<?>> erased(Class<?> type) {
        return (Class<? extends Plugin<?>>) type;
    }
}
