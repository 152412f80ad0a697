/**
 * What can be saved and taken up again. Tensors that a {@link dev.dafl.tensor.state.State} holds stay their owner's.
 */
@Export
@Version("1.0.0")
package dev.dafl.tensor.state;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
