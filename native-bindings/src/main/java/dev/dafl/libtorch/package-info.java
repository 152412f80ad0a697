/**
 * libtorch as dafl sees it: finding and loading the library, calling any operator by name, and the few functions that
 * are not operators. Tensors are plain {@code long} handles here; whoever gets a handle from a method owns it and frees
 * it with {@link dev.dafl.libtorch.TensorHandles#delete}. Any thread may call; grad mode and autocast belong to the
 * calling thread.
 */
@NullMarked
package dev.dafl.libtorch;

import org.jspecify.annotations.NullMarked;
