/** The runs that were made: what there are, how they differ, and taking them away. */
package dev.dafl.engine.runs;
