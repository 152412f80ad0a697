/**
 * The pictures of a run: generated images, their means, and the filters of the first layers.
 */
package dev.dafl.engine.pictures;
