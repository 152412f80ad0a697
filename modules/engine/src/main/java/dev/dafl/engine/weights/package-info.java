/** Files with the weights of networks: read into a network, told of, and kept for later runs. */
@NullMarked
package dev.dafl.engine.weights;

import org.jspecify.annotations.NullMarked;
