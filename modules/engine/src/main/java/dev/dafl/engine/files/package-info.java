/** Files that only one process may have at a time. */
@NullMarked
package dev.dafl.engine.files;

import org.jspecify.annotations.NullMarked;
