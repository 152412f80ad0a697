/** Files of {@code torch.save}, read and written. Nothing in them is ever executed. Tensors that are read belong to the scope that is open. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.tensor.torch;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
