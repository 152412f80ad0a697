/**
 * What is asked of an experiment besides running it: sizes, timings, and the accuracy of a file of weights.
 */
package dev.dafl.engine.tools;
