/** Weights from files of whatever format, told apart by their bytes. Tensors that are read belong to the scope that is open. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.tensor.weights;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
