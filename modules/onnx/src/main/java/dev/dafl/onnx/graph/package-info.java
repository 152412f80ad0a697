/**
 * ONNX graphs as they are in their files: read without believing them, checked, functions put in their places, in an order
 * in which they can be computed. Nothing here computes. For the packages beside this one; bundles do not see it.
 */
@NullMarked
package dev.dafl.onnx.graph;

import org.jspecify.annotations.NullMarked;
