/** Writes what no Maven plugin can write from a finished package: the image for containers. */
@NullMarked
package dev.dafl.release;

import org.jspecify.annotations.NullMarked;
