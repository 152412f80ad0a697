package dev.dafl.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.wiring.BundleRevision;
import org.osgi.framework.wiring.FrameworkWiring;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Installs, starts and removes jars. Nothing that is wrong with one stops another. */
final class Bundles {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
    private static final long REFRESH_SECONDS = 10;

    private final BundleContext context;
    private final Lacks lacks;
    private final Problems problems;
    /** Replaced as a whole, so that who asks never waits for a bundle that is starting. */
    private volatile Map<Path, JarIdentity> seen = Map.of();
    /** Why a jar is not installed or not started; the rest of its problems are others' to add and withdraw. */
    private final Map<Path, String> failures = new HashMap<>();
    /** Refused because of another bundle, so worth another try when that one goes. */
    private final Set<Path> duplicates = new LinkedHashSet<>();

    Bundles(BundleContext context, ExportedPackages exported, Problems problems) {
        this.context = context;
        this.lacks = new Lacks(context, exported);
        this.problems = problems;
    }

    /** All jars with what they say they are, in the order of coming. */
    Map<Path, JarIdentity> seen() {
        return seen;
    }

    /**
     * Takes jars out and in; a jar in both is replaced. All are installed before the first is started, since they may need
     * each other, and those that could not start before are tried again, since what they lacked may have come.
     */
    synchronized void change(Collection<Path> gone, Collection<Path> come) {
        gone.forEach(this::remove);
        Set<Path> install = new LinkedHashSet<>();
        if (!gone.isEmpty()) {
            refresh();
            install.addAll(duplicates);
        }
        install.addAll(come);
        Set<Path> start = new LinkedHashSet<>();
        install.stream().filter(this::install).forEach(start::add);
        seen.keySet().stream()
                .filter(jar -> bundle(jar)
                        .filter(bundle -> bundle.getState() == Bundle.INSTALLED)
                        .isPresent())
                .forEach(start::add);
        start.forEach(jar -> bundle(jar).ifPresent(bundle -> start(jar, bundle)));
    }

    private Optional<Bundle> bundle(Path jar) {
        return Optional.ofNullable(context.getBundle(Location.of(jar)));
    }

    private void remove(Path jar) {
        bundle(jar).ifPresent(bundle -> {
            try {
                bundle.uninstall();
            } catch (BundleException | RuntimeException e) {
                LOG.debug("removing {}", jar, e);
            }
        });
        problems.forget(Location.of(jar));
        failures.remove(jar);
        duplicates.remove(jar);
        Map<Path, JarIdentity> rest = new LinkedHashMap<>(seen);
        rest.remove(jar);
        seen = rest;
    }

    /** Cuts off those that still use the packages of a bundle that is gone: Felix leaves the wires until asked. */
    private void refresh() {
        CountDownLatch done = new CountDownLatch(1);
        wiring().refreshBundles(null, _ -> done.countDown());
        try {
            if (!done.await(REFRESH_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("bundles that used a removed one are still being stopped after {} s", REFRESH_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private FrameworkWiring wiring() {
        return context.getBundle(0).adapt(FrameworkWiring.class);
    }

    private boolean install(Path jar) {
        duplicates.remove(jar);
        record(jar, JarIdentity.NONE);
        try (InputStream in = Files.newInputStream(jar)) {
            record(jar, JarIdentity.read(jar));
            context.installBundle(Location.of(jar), in);
            return true;
        } catch (JarIdentity.NoBundleException e) {
            failed(jar, Objects.requireNonNull(e.getMessage()), e.getCause());
        } catch (BundleException e) {
            if (e.getType() == BundleException.DUPLICATE_BUNDLE_ERROR) {
                duplicates.add(jar);
                failed(jar, duplicate(Objects.requireNonNull(seen.get(jar))), e);
            } else {
                failed(jar, "its manifest is not that of a bundle: " + Problems.words(e), e);
            }
        } catch (IOException | RuntimeException e) {
            failed(jar, "it cannot be read: " + Problems.words(e), e);
        }
        return false;
    }

    private void start(Path jar, Bundle bundle) {
        try {
            if (isFragment(bundle)) {
                List<String> missing = lacks.of(bundle);
                if (missing.isEmpty()) {
                    cured(jar);
                } else {
                    failed(jar, String.join("; ", missing), null);
                }
                return;
            }
            if (wiring().resolveBundles(List.of(bundle))) {
                cured(jar); // before it starts, so that nobody finds its extensions beside a problem that is over
            }
            bundle.start();
        } catch (BundleException e) {
            failed(jar, reason(bundle, e), e);
        } catch (RuntimeException | LinkageError e) {
            failed(jar, "starting it failed: " + Problems.words(e), e);
        }
    }

    private String reason(Bundle bundle, BundleException e) {
        if (bundle.getState() == Bundle.INSTALLED) {
            List<String> missing = lacks.of(bundle);
            return missing.isEmpty()
                    ? "it does not fit the bundles that are here: " + Problems.words(e)
                    : String.join("; ", missing);
        }
        String activator = bundle.getHeaders("").get("Bundle-Activator");
        Throwable cause = e.getCause() == null ? e : e.getCause();
        return "starting it failed" + (activator == null ? "" : " in its activator " + activator) + ": "
                + Problems.words(cause);
    }

    private String duplicate(JarIdentity identity) {
        String other = Stream.of(context.getBundles())
                .filter(bundle -> identity.symbolicName().equals(bundle.getSymbolicName()))
                .map(bundle -> Location.file(bundle.getLocation()).getFileName().toString())
                .findFirst()
                .orElse("another jar");
        return "it is the bundle " + identity.symbolicName() + " " + identity.version() + ", as " + other
                + " is already; remove one of the two jars";
    }

    /** A fragment has no life of its own: it belongs to its host. */
    private static boolean isFragment(Bundle bundle) {
        return (bundle.adapt(BundleRevision.class).getTypes() & BundleRevision.TYPE_FRAGMENT) != 0;
    }

    private void record(Path jar, JarIdentity identity) {
        Map<Path, JarIdentity> all = new LinkedHashMap<>(seen);
        all.put(jar, identity);
        seen = all;
    }

    private void failed(Path jar, String sentence, @Nullable Throwable cause) {
        if (!sentence.equals(failures.get(jar))) {
            cured(jar);
            failures.put(jar, sentence);
            problems.add(Location.of(jar), sentence, cause);
        }
    }

    private void cured(Path jar) {
        String sentence = failures.remove(jar);
        if (sentence != null) {
            problems.withdraw(Location.of(jar), sentence);
        }
    }
}
