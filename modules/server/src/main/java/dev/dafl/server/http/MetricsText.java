package dev.dafl.server.http;

import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Machine;
import dev.dafl.server.jobs.JobQueue;
import java.util.Locale;

/** What Prometheus reads, in its text format. */
final class MetricsText {

    private final StringBuilder text = new StringBuilder();

    private MetricsText() {}

    static String of(JobQueue queue, Machine machine, int streams) {
        MetricsText metrics = new MetricsText();
        metrics.head("dafl_jobs", "gauge", "Jobs by state.");
        for (JobState state : JobState.values()) {
            long count = queue.book().all().stream()
                    .filter(job -> job.state() == state)
                    .count();
            metrics.value("dafl_jobs{state=\"" + state.name().toLowerCase(Locale.ROOT) + "\"}", count);
        }
        metrics.gauge("dafl_runs_running", "Runs under way.", machine.running());
        metrics.gauge("dafl_cores", "Cores that runs may take.", machine.cores());
        metrics.gauge("dafl_cores_free", "Cores that no run has.", machine.coresFree());
        metrics.gauge("dafl_gpus", "GPUs that runs may take.", machine.gpus().size());
        metrics.gauge("dafl_gpus_free", "GPUs that no run has.", machine.gpusFree());
        metrics.gauge("dafl_event_streams", "Event streams that are open.", streams);
        metrics.gauge("dafl_disk_free_bytes", "Free where the jobs' files lie.", machine.diskFreeBytes());
        metrics.gauge("dafl_memory_free_bytes", "Free memory of the machine.", machine.memoryFreeBytes());
        machine.load().ifPresent(load -> metrics.gauge("dafl_load", "Load of the machine over a minute.", load));
        Runtime runtime = Runtime.getRuntime();
        metrics.gauge(
                "dafl_heap_bytes", "Heap that the server has in use.", runtime.totalMemory() - runtime.freeMemory());
        return metrics.text.toString();
    }

    private void gauge(String name, String help, double value) {
        head(name, "gauge", help);
        value(name, value);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void value(String name, double value) {
        text.append(name).append(' ').append(value).append('\n');
    }
}
