/** Finds data files in the user's folders, or downloads and checks them; keeps images that were read. */
@NullMarked
package dev.dafl.engine.data;

import org.jspecify.annotations.NullMarked;
