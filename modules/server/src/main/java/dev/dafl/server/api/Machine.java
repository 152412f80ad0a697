package dev.dafl.server.api;

import java.util.List;
import java.util.Optional;

/**
 * What the server runs on, and how busy it is.
 *
 * @param version of dafl
 * @param cores that runs may take
 * @param coresFree of them
 * @param slots runs at most side by side
 * @param running runs
 * @param queued jobs
 * @param load of the machine over a minute
 * @param memoryBytes of the machine
 * @param memoryFreeBytes of it
 * @param diskFreeBytes where the jobs' files lie
 * @param gpus names of those that runs may take
 * @param gpusFree how many of them no run has
 */
public record Machine(
        String version,
        int cores,
        int coresFree,
        int slots,
        int running,
        int queued,
        Optional<Double> load,
        long memoryBytes,
        long memoryFreeBytes,
        long diskFreeBytes,
        List<String> gpus,
        int gpusFree) {}
