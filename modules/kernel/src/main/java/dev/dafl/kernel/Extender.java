package dev.dafl.kernel;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Hashtable;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;

/**
 * Registers what the {@code META-INF/services} files of a started bundle name as services of that bundle: what bnd's
 * {@code @ServiceProvider} writes. When the bundle stops, Felix withdraws them. A bundle is tracked with the problems that
 * were found in it, which go with it.
 */
final class Extender implements BundleTrackerCustomizer<List<String>> {

    private final List<ExtensionPoint<?>> points;
    private final Problems problems;

    private Extender(List<ExtensionPoint<?>> points, Problems problems) {
        this.points = points;
        this.problems = problems;
    }

    static BundleTracker<List<String>> track(BundleContext context, List<ExtensionPoint<?>> points, Problems problems) {
        return new BundleTracker<>(context, Bundle.ACTIVE, new Extender(points, problems));
    }

    @Override
    public List<String> addingBundle(Bundle bundle, BundleEvent event) {
        List<String> found = new ArrayList<>();
        if (bundle.getBundleId() != 0) {
            points.forEach(point -> extend(bundle, point, found));
        }
        return found;
    }

    @Override
    public void modifiedBundle(Bundle bundle, BundleEvent event, List<String> found) {}

    @Override
    public void removedBundle(Bundle bundle, BundleEvent event, List<String> found) {
        found.forEach(sentence -> problems.withdraw(bundle.getLocation(), sentence));
    }

    private <T> void extend(Bundle bundle, ExtensionPoint<T> point, List<String> found) {
        String type = point.type().getName();
        try {
            List<URL> services = resources(bundle, "META-INF/services/" + type);
            boolean carriesType = bundle.getEntry(type.replace('.', '/') + ".class") != null;
            if (services.isEmpty() && !carriesType) {
                return;
            }
            if (bundle.loadClass(type) != point.type()) {
                report(bundle, found, ForeignCopy.sentence(point.type(), bundle), null);
                return;
            }
            for (URL file : services) {
                for (String provider : providers(file)) {
                    register(bundle, point, provider, found);
                }
            }
        } catch (ClassNotFoundException e) {
            report(
                    bundle,
                    found,
                    "it names providers of " + type + " without importing the package "
                            + point.type().getPackageName() + "; build it with bnd-maven-plugin, which sees to that",
                    e);
        } catch (IOException | RuntimeException | LinkageError e) {
            report(bundle, found, "its list of providers of " + type + " cannot be used: " + Problems.words(e), e);
        }
    }

    private <T> void register(Bundle bundle, ExtensionPoint<T> point, String name, List<String> found) {
        String kind = point.type().getSimpleName();
        try {
            Class<?> provider = bundle.loadClass(name);
            if (!point.type().isAssignableFrom(provider)) {
                report(
                        bundle,
                        found,
                        "it names " + name + " as a " + kind + ", but that class does not implement it",
                        null);
                return;
            }
            T service = point.type().cast(provider.getConstructor().newInstance());
            bundle.getBundleContext().registerService(point.type(), service, new Hashtable<>());
        } catch (ClassNotFoundException e) {
            report(bundle, found, "it names " + name + " as a " + kind + ", but has no such class", e);
        } catch (NoClassDefFoundError e) {
            report(
                    bundle,
                    found,
                    "its " + kind + " " + name + " needs the class "
                            + String.valueOf(e.getMessage()).replace('/', '.')
                            + ", which is neither in it nor among its imports",
                    e);
        } catch (NoSuchMethodException | IllegalAccessException | InstantiationException e) {
            report(
                    bundle,
                    found,
                    "its " + kind + " " + name
                            + " must be a public class that is not abstract and has a public constructor without parameters",
                    e);
        } catch (InvocationTargetException e) {
            Throwable thrown = Objects.requireNonNullElse(e.getCause(), e);
            report(
                    bundle,
                    found,
                    "the constructor of its " + kind + " " + name + " failed: " + Problems.words(thrown),
                    thrown);
        } catch (RuntimeException | LinkageError e) {
            report(bundle, found, "its " + kind + " " + name + " cannot be used: " + Problems.words(e), e);
        }
    }

    private void report(Bundle bundle, List<String> found, String sentence, @Nullable Throwable cause) {
        found.add(sentence);
        problems.add(bundle, sentence, cause);
    }

    /** Those of the bundle's own class path, embedded jars and fragments included. */
    private static List<URL> resources(Bundle bundle, String name) throws IOException {
        Enumeration<URL> urls = bundle.getResources(name);
        return urls == null ? List.of() : Collections.list(urls);
    }

    private static List<String> providers(URL services) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(services.openStream(), StandardCharsets.UTF_8))) {
            return reader.lines()
                    .map(line -> line.replaceAll("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .distinct()
                    .toList();
        }
    }
}
