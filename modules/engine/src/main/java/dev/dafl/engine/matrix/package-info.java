/**
 * Many runs from one file, into one folder with one table.
 */
package dev.dafl.engine.matrix;
