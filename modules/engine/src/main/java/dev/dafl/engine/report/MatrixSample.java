package dev.dafl.engine.report;

import java.util.List;
import java.util.Optional;

/**
 * What the completed runs of a row of a matrix have left.
 *
 * @param row its labels
 * @param runs the curves of each, at least one
 * @param generated the bytes of the picture of generated images of the first that has one
 */
record MatrixSample(String row, List<Curves> runs, Optional<byte[]> generated) {}
