package dev.dafl.engine.report;

import java.util.Optional;

/**
 * The run that stands for a row of a matrix.
 *
 * @param row its labels
 * @param curves of the run
 * @param generated the bytes of its picture of generated images, where it has one
 */
record MatrixSample(String row, Curves curves, Optional<byte[]> generated) {}
