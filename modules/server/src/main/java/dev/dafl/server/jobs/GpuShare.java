package dev.dafl.server.jobs;

import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who gets which GPU: a run has one for itself, and sees no other.
 *
 * @param all that runs may take
 */
record GpuShare(List<Gpu> all) {

    private static final String FIRST = "cuda:0";

    GpuShare {
        all = List.copyOf(all);
    }

    /** How many a run takes with that device in its file: where that is left open, one if there is one. */
    int needed(String device) {
        return device.equals("cpu") || all.isEmpty() ? 0 : 1;
    }

    /** Why a run with that device in its file can never run here. */
    Optional<String> refusal(String device) {
        if (!device.startsWith("cuda")) {
            return Optional.empty();
        }
        if (all.isEmpty()) {
            return Optional.of("device: " + device + " needs a GPU, and this server has none for runs; use device: cpu"
                    + " or auto, or start the server with --gpus");
        }
        return device.equals("cuda") || device.equals(FIRST)
                ? Optional.empty()
                : Optional.of("device: " + device + " names one of several GPUs, and this server gives each run the one"
                        + " that is free, as its only one; use device: cuda");
    }

    /** One that nobody has. */
    Optional<Gpu> free(Collection<Gpu> taken) {
        return all.stream().filter(gpu -> !taken.contains(gpu)).findFirst();
    }
}
