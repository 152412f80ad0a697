package dev.dafl.server.jobs;

import dev.dafl.engine.config.ConfigException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The GPUs of this machine, as NVIDIA's driver for Linux tells of them in files: no library of CUDA is loaded into the server.
 *
 * @param driver {@code /proc/driver/nvidia/gpus}, with a folder for each GPU and in it the file {@code information}
 * @param devices {@code /dev}, with a file {@code nvidiaN} for each GPU that programs here may use
 * @param visible what {@code CUDA_VISIBLE_DEVICES} says; empty where it is not set
 */
public record GpusHere(Path driver, Path devices, Optional<String> visible) {

    private static final int MOST = 64;

    private record Found(int number, Gpu gpu) {}

    /** Those of this process. */
    public static GpusHere ofThisMachine() {
        return new GpusHere(
                Path.of("/proc/driver/nvidia/gpus"),
                Path.of("/dev"),
                Optional.ofNullable(System.getenv("CUDA_VISIBLE_DEVICES")));
    }

    /**
     * Those that runs may take.
     *
     * @param wanted how many; all that can be found where it is left out
     * @throws ConfigException when there are fewer
     */
    public List<Gpu> upTo(Optional<Integer> wanted) {
        List<Gpu> found = visible.map(this::named).orElseGet(this::found);
        int count = wanted.orElse(found.size());
        if (count < 0 || count > MOST) {
            throw new ConfigException("--gpus is from 0 to " + MOST + ", not " + count);
        }
        if (count <= found.size()) {
            return found.subList(0, count);
        }
        if (visible.isPresent() || !found.isEmpty()) {
            throw new ConfigException("--gpus " + count + ": there are " + found.size() + " here"
                    + visible.map(told -> ", as CUDA_VISIBLE_DEVICES='" + told + "' says")
                            .orElse(""));
        }
        // Whoever asks for them knows of a driver that has no such files.
        return IntStream.range(0, count).mapToObj(GpusHere::numbered).toList();
    }

    private static Gpu numbered(int number) {
        return new Gpu(Integer.toString(number), "GPU " + number);
    }

    private List<Gpu> found() {
        List<Found> all = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(driver)) {
            for (Path folder : folders) {
                described(folder.resolve("information")).ifPresent(all::add);
            }
        } catch (IOException e) {
            return List.of();
        }
        return all.stream()
                .sorted(Comparator.comparingInt(Found::number))
                .map(Found::gpu)
                .toList();
    }

    /** Empty of one that a container has not. */
    private Optional<Found> described(Path information) throws IOException {
        Map<String, String> told;
        try (var lines = Files.lines(information)) {
            told = lines.map(line -> line.split(":", 2))
                    .filter(pair -> pair.length == 2)
                    .collect(Collectors.toMap(pair -> pair[0].strip(), pair -> pair[1].strip(), (first, _) -> first));
        }
        String number = told.getOrDefault("Device Minor", "");
        if (!number.matches("\\d{1,4}") || !Files.exists(devices.resolve("nvidia" + number))) {
            return Optional.empty();
        }
        String uuid = told.getOrDefault("GPU UUID", "");
        return Optional.of(new Found(
                Integer.parseInt(number),
                new Gpu(
                        uuid.matches("GPU-[0-9a-fA-F-]+") ? uuid : number,
                        told.getOrDefault("Model", "GPU " + number))));
    }

    /** As CUDA reads the list: what comes after something that is none does not count. */
    private List<Gpu> named(String list) {
        List<Gpu> known = found();
        List<Gpu> all = new ArrayList<>();
        for (String part : list.split(",")) {
            String id = part.strip();
            if (!id.matches("\\d{1,4}|(GPU|MIG)-[0-9A-Za-z/-]+")) {
                break;
            }
            all.add(known.stream()
                    .filter(gpu -> gpu.id().equals(id))
                    .findFirst()
                    .orElse(new Gpu(id, "GPU " + id)));
        }
        return List.copyOf(all);
    }
}
