package dev.dafl.kernel;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;

/**
 * A running framework with its bundles and their extensions. Close it, or its threads keep the process alive. What runs
 * first keeps its name; built-in bundles run before the user's, and those of a folder in the order of their file names.
 */
public final class Kernel implements AutoCloseable {

    private final EmbeddedFelix felix;
    private final Events events = new Events();
    private final Problems problems = new Problems(events);
    private final List<ExtensionRegistry<?>> registries = new ArrayList<>();
    private final Bundles bundles;
    private final Optional<FolderWatch> watch;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Kernel(KernelConfiguration configuration, EmbeddedFelix felix, ExportedPackages exported)
            throws BundleException {
        this.felix = felix;
        BundleContext context = felix.context();
        configuration
                .points()
                .forEach(point -> registries.add(new ExtensionRegistry<>(context, point, problems, events)));
        registries.forEach(ExtensionRegistry::open);
        Extender.track(context, configuration.points(), problems).open();
        felix.start();
        bundles = new Bundles(context, exported, problems);
        new JarFolders(configuration.builtInFolders(), bundles).synchronize();
        JarFolders plugins = new JarFolders(configuration.pluginFolders(), bundles);
        watch = configuration.watch()
                ? Optional.of(new FolderWatch(configuration.pluginFolders(), plugins::synchronize))
                : Optional.empty();
        try {
            plugins.synchronize();
        } catch (KernelException e) {
            watch.ifPresent(FolderWatch::close);
            throw e;
        }
        watch.ifPresent(FolderWatch::start);
    }

    /**
     * Starts the framework and all bundles. A bundle that cannot be used is among {@link #bundles} with its problem.
     *
     * @throws KernelException when the framework itself cannot start
     */
    public static Kernel start(KernelConfiguration configuration) {
        ExportedPackages exported = ExportedPackages.of(configuration.exporters(), Kernel.class.getClassLoader());
        try {
            EmbeddedFelix felix = EmbeddedFelix.init(exported);
            try {
                return new Kernel(configuration, felix, exported);
            } catch (BundleException | RuntimeException e) {
                felix.close();
                throw e;
            }
        } catch (KernelException e) {
            throw e;
        } catch (IOException | BundleException | RuntimeException e) {
            throw new KernelException("the plugin framework cannot start: " + e.getMessage(), e);
        }
    }

    /** The extensions of a point at this moment, by name; none after {@link #close}. */
    public <T> List<T> extensions(Class<T> point) {
        return registry(point).all();
    }

    /** The extension of that name. */
    public <T> Optional<T> find(Class<T> point, String name) {
        return registry(point).find(name);
    }

    /** The bundle that an extension came in; empty where it is not in use any more. */
    public Optional<PluginBundle> bundleOf(Object extension) {
        return registries.stream()
                .flatMap(registry -> registry.bundleOf(extension).stream())
                .findFirst()
                .flatMap(bundle -> bundles().stream()
                        .filter(seen -> Location.of(seen.file()).equals(bundle.getLocation()))
                        .findFirst());
    }

    /** All jars that were found, in the order of finding, the broken ones with their problem. */
    public List<PluginBundle> bundles() {
        return bundles.seen().entrySet().stream()
                .map(jar -> describe(jar.getKey(), jar.getValue()))
                .toList();
    }

    /**
     * Tells of every change from now on, on the thread that makes it; what a listener throws is logged. Nothing is told of
     * the end of the kernel itself.
     */
    public Subscription listen(Consumer<? super KernelEvent> listener) {
        return events.listen(listener);
    }

    /** Stops all bundles and waits for them and for the watch of the folders. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            watch.ifPresent(FolderWatch::close);
            events.forgetListeners();
            felix.close();
        }
    }

    /** Ends when closed; then its listener hears no more. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    Path store() {
        return felix.store();
    }

    private PluginBundle describe(Path jar, JarIdentity identity) {
        String location = Location.of(jar);
        List<String> names = registries.stream()
                .flatMap(registry -> registry.namesOf(location).stream())
                .distinct()
                .toList();
        return new PluginBundle(jar, identity.symbolicName(), identity.version(), problems.of(location), names);
    }

    @SuppressWarnings("unchecked") // the registry of a point holds that point's type
    private <T> ExtensionRegistry<T> registry(Class<T> point) {
        return (ExtensionRegistry<T>) registries.stream()
                .filter(registry -> registry.type() == point)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(point.getName() + " is not an extension point here"));
    }
}
