/** Layers and networks. Parameters and buffers belong to the {@link dev.dafl.tensor.nn.Parameters} store that made them, under the names that PyTorch's state dict has, never to a step's scope. */
@Export
@Version("1.1.0")
@NullMarked
package dev.dafl.tensor.nn;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
