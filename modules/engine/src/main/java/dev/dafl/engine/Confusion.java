package dev.dafl.engine;

import java.util.List;

/**
 * What {@code confusion.json} holds: how often the student took which class for which, on the test images.
 *
 * @param classes their names, by label
 * @param counts a row for each true class, in it a number for each class that the student saw
 */
record Confusion(List<String> classes, List<List<Long>> counts) {}
