package dev.dafl.kernel;

import org.apache.felix.framework.Logger;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.slf4j.LoggerFactory;

/**
 * Felix's own log, at debug level: what goes wrong with a bundle arrives as an exception as well and is told as its
 * problem. Felix prints to standard output by itself otherwise.
 */
final class FelixLog extends Logger {

    private static final org.slf4j.Logger LOG = LoggerFactory.getLogger("dev.dafl.kernel.felix");

    @Override
    @SuppressWarnings("rawtypes") // Felix declares it so
    protected void doLog(Bundle bundle, ServiceReference reference, int level, String message, Throwable thrown) {
        LOG.debug("{}: {}", bundle == null ? "framework" : bundle.getLocation(), message, thrown);
    }

    @Override
    protected void doLog(int level, String message, Throwable thrown) {
        LOG.debug("{}", message, thrown);
    }
}
