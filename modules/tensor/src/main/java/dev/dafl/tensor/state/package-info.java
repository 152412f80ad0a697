/**
 * What can be saved and taken up again. Tensors that a {@link dev.dafl.tensor.state.State} holds stay their owner's.
 */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.tensor.state;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
