package dev.dafl.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.felix.framework.FrameworkFactory;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleException;
import org.osgi.framework.Constants;
import org.osgi.framework.FrameworkEvent;
import org.osgi.framework.launch.Framework;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The framework and its private store on disk: both begin and end together. */
final class EmbeddedFelix implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Kernel.class);
    private static final long STOP_MILLIS = 10_000;

    private final Framework framework;
    private final Path store;

    private EmbeddedFelix(Framework framework, Path store) {
        this.framework = framework;
        this.store = store;
    }

    /** A framework that has a context, so that trackers can be opened, and runs nothing yet. */
    static EmbeddedFelix init(ExportedPackages exported) throws IOException, BundleException {
        // A store of its own for each process: Felix's lock on a shared one does not hold across processes.
        Path store = Files.createTempDirectory("dafl-bundles");
        EmbeddedFelix felix =
                new EmbeddedFelix(new FrameworkFactory().newFramework(properties(store, exported)), store);
        try {
            felix.framework.init();
            return felix;
        } catch (BundleException | RuntimeException e) {
            felix.close();
            throw e;
        }
    }

    void start() throws BundleException {
        framework.start();
    }

    BundleContext context() {
        return framework.getBundleContext();
    }

    Path store() {
        return store;
    }

    /** Stops all bundles, each whatever the others do, waits, and deletes the store. */
    @Override
    public void close() {
        boolean interrupted = false;
        try {
            framework.stop();
            if (framework.waitForStop(STOP_MILLIS).getType() == FrameworkEvent.WAIT_TIMEDOUT) {
                LOG.warn(
                        "a bundle has not stopped within {} s; its threads may keep the process alive",
                        STOP_MILLIS / 1000);
            }
        } catch (BundleException e) {
            LOG.debug("stopping the framework", e);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        delete(store);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<String, Object> properties(Path store, ExportedPackages exported) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(Constants.FRAMEWORK_STORAGE, store.toString());
        properties.put(Constants.FRAMEWORK_SYSTEMPACKAGES_EXTRA, exported.header());
        // What bnd's @ServiceProvider requires; the extender of this package answers for it.
        properties.put(
                Constants.FRAMEWORK_SYSTEMCAPABILITIES_EXTRA,
                "osgi.extender;osgi.extender=\"osgi.serviceloader.registrar\";version:Version=\"1.0\"");
        properties.put(Constants.FRAMEWORK_BUNDLE_PARENT, Constants.FRAMEWORK_BUNDLE_PARENT_BOOT);
        properties.put("felix.service.urlhandlers", "false");
        properties.put("felix.log.logger", new FelixLog());
        return properties;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | RuntimeException e) {
            LOG.debug("deleting {}", folder, e);
        }
    }
}
