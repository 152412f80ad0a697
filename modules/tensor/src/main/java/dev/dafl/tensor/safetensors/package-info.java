/** Weights as safetensors files, interchangeable with PyTorch's for the same architecture. Tensors that are read belong to the scope that is open. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.tensor.safetensors;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
