/** The report of a run or a matrix: one HTML file, made of nothing but the files of its folder. */
package dev.dafl.engine.report;
