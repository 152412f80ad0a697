/**
 * Tensors on libtorch. Every new tensor belongs to the innermost {@link dev.dafl.tensor.TensorScope} of its thread and is
 * freed when that scope closes; {@link dev.dafl.tensor.Tensor#moveTo} lets one out. A tensor that was freed throws when
 * it is used. Scopes, {@link dev.dafl.tensor.GradMode} and {@link dev.dafl.tensor.Autocast} belong to one thread; a
 * tensor may be read by another thread when its owner outlives that use.
 */
@Export
@Version("1.1.0")
@NullMarked
package dev.dafl.tensor;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
