/** ONNX graphs as differentiable networks, and networks as ONNX graphs. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.onnx;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
