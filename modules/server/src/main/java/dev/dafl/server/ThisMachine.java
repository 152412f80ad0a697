package dev.dafl.server;

import dev.dafl.server.api.JobState;
import dev.dafl.server.api.Machine;
import dev.dafl.server.jobs.Gpu;
import dev.dafl.server.jobs.JobQueue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks at the machine when it is asked. */
record ThisMachine(JobQueue queue, String version) implements Supplier<Machine> {

    @Override
    public Machine get() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        double load = system.getSystemLoadAverage();
        JobQueue.Settings settings = queue.settings();
        long queued = queue.book().all().stream()
                .filter(job -> job.state() == JobState.QUEUED || job.state() == JobState.INTERRUPTED)
                .count();
        return new Machine(
                version,
                settings.cores(),
                queue.coresFree(),
                settings.slots(),
                queue.running(),
                (int) queued,
                load < 0 ? Optional.empty() : Optional.of(load),
                system.getTotalMemorySize(),
                system.getFreeMemorySize(),
                diskFree(settings),
                settings.gpus().stream().map(Gpu::name).toList(),
                queue.gpusFree());
    }

    private static long diskFree(JobQueue.Settings settings) {
        try {
            return Files.getFileStore(settings.folder()).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }
}
