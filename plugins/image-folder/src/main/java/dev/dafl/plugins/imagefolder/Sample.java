package dev.dafl.plugins.imagefolder;

import java.nio.file.Path;

/**
 * An image that is still to be read.
 *
 * @param label its class, from 0
 */
record Sample(Path file, int label) {}
