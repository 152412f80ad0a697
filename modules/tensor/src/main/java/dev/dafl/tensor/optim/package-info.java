/** Optimizers, each one fused libtorch call a step, and learning-rate schedules. An optimizer owns its state and is closed by whoever made it. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.tensor.optim;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
