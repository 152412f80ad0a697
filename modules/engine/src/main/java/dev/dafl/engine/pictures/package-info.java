/** The pictures of a run, drawn from its images and networks. */
@NullMarked
package dev.dafl.engine.pictures;

import org.jspecify.annotations.NullMarked;
