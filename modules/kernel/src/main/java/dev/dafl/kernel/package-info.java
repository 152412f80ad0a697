/**
 * The microkernel. It embeds Felix, starts plugin bundles from folders and gives out the extensions that they provide; it
 * knows nothing of what the extensions are for. Any thread may call it.
 */
@NullMarked
package dev.dafl.kernel;

import org.jspecify.annotations.NullMarked;
