/**
 * What ONNX's operators mean in terms of tensors, a family in a class. For the packages beside this one; bundles do not see
 * it.
 */
@NullMarked
package dev.dafl.onnx.operators;

import org.jspecify.annotations.NullMarked;
