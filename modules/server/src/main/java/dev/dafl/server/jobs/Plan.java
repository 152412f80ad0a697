package dev.dafl.server.jobs;

import dev.dafl.engine.config.ReferenceConfig;
import dev.dafl.server.api.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a file asks for, as a process has found that has looked through it with all plugins.
 *
 * @param runs one of an experiment, all of a matrix in its order
 * @param told servers that the runs would tell of themselves
 * @param cluster where the file has its runs be jobs of a cluster, what it says to that cluster's own command in words of its own
 */
public record Plan(
        String name, Job.Kind kind, List<PlannedRun> runs, List<String> told, Optional<List<String>> cluster) {

    public Plan {
        // Orders of before there were launchers leave it out.
        cluster = cluster == null ? Optional.empty() : cluster;
    }

    /**
     * A run there is to be.
     *
     * @param labels by axis
     * @param device {@code cpu}, {@code cuda}, {@code cuda:N} or {@code auto}
     * @param threads that it wants, 0 where it leaves them open
     * @param reference what it is to be compared with
     */
    public record PlannedRun(
            String name, Map<String, String> labels, String device, int threads, Optional<ReferenceConfig> reference) {

        public PlannedRun {
            // Orders of before there was one leave it out.
            device = device == null ? "auto" : device;
        }
    }
}
