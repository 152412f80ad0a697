/**
 * A graph as a network: what of it are parameters, in which steps a batch goes through it, and what may be freed on the way.
 * For the package above; bundles do not see it.
 */
@NullMarked
package dev.dafl.onnx.network;

import org.jspecify.annotations.NullMarked;
