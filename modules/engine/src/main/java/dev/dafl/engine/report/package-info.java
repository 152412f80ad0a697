/** The report of a run or a matrix: one HTML file, made of nothing but the files of its folder. */
@NullMarked
package dev.dafl.engine.report;

import org.jspecify.annotations.NullMarked;
