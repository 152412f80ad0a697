/** Files that only one process may have at a time, and what files take on the disk. */
@NullMarked
package dev.dafl.engine.files;

import org.jspecify.annotations.NullMarked;
