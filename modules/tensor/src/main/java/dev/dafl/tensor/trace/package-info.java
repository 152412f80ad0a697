/** What a network computes, as a graph of libtorch's operators: found by running it, whatever its layers are. */
@Export
@Version("1.1.0")
@NullMarked
package dev.dafl.tensor.trace;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
