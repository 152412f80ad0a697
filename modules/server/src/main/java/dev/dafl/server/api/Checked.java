package dev.dafl.server.api;

import java.util.List;

/**
 * An experiment that could be queued.
 *
 * @param runs their names
 */
public record Checked(String name, Job.Kind kind, List<String> runs) {}
