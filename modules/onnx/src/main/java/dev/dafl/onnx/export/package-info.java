/** Networks as ONNX files: what a traced network computes, in ONNX's operators. */
@Export
@Version("1.0.0")
@NullMarked
package dev.dafl.onnx.export;

import org.jspecify.annotations.NullMarked;
import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
