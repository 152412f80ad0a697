/**
 * What an experiment names, found among the plugins and bound to its options, and the networks built from it. What a plugin
 * throws is told as its failure.
 */
package dev.dafl.engine.plugins;
