/**
 * Weights of teachers and students in files: given ones, and the cache of those that were trained.
 */
package dev.dafl.engine.weights;
