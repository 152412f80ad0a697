package dev.dafl.engine.weights;

import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.files.Digests;
import dev.dafl.engine.files.ProcessLock;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.run.ResultJson;
import dev.dafl.engine.training.Statistics;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.TransferSource.ActivationStatistics;
import dev.dafl.tensor.Ranks;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teachers that were trained before. The key covers all that their weights follow from: the training images themselves,
 * the teacher's part of the configuration, the seed, the number format, the device and the thread count.
 */
public final class TeacherCache {

    private static final Logger LOG = LoggerFactory.getLogger(TeacherCache.class);
    /** Raised when training itself changes, so that older teachers are not taken for new ones. */
    private static final String GENERATION = "5";

    private static final int KEY_BYTES = 12;
    /** The names of {@link #file}. */
    private static final Pattern WEIGHTS = Pattern.compile(".+-[0-9a-f]{" + 2 * KEY_BYTES + "}\\.safetensors");

    private static final long SLICE_BYTES = 16 << 20;

    private final Path folder;

    public TeacherCache(Path cache) {
        this.folder = cache.resolve("teachers");
    }

    public Path file(
            ExperimentConfig config,
            BoundPlugin<? extends ClassifierFactory<?>> plugin,
            Dataset dataset,
            Network teacher) {
        MessageDigest digest = Digests.sha256();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("generation", GENERATION);
        settings.put("seed", config.teacherSeed());
        settings.put("teacher", config.teacher());
        settings.put("options", plugin.options());
        settings.put("bundle", plugin.identity().bundle());
        settings.put("size", config.data().flatMap(DataConfig::imageSize));
        settings.put("fit", config.data().map(DataConfig::fit));
        settings.put("normalization", dataset.normalization());
        settings.put("precision", teacher.bfloat16() ? "bf16" : "fp32");
        settings.put("device", teacher.parameters().device().type());
        settings.put("threads", config.threads());
        Ranks ranks = teacher.parameters().ranks();
        if (ranks.together()) {
            settings.put("ranks", ranks.size());
            settings.put("batch-norm", ranks.batchNorm());
        }
        digest.update(ResultJson.line(settings).getBytes(StandardCharsets.UTF_8));
        update(digest, dataset.train().images());
        update(digest, dataset.train().labels());
        String key = HexFormat.of().formatHex(digest.digest(), 0, KEY_BYTES);
        return folder.resolve(config.teacher().model().name() + "-" + key + ".safetensors");
    }

    /**
     * Keeps other processes from training the same teacher meanwhile: who comes second waits, and then finds it. Where the
     * file system knows no locks nobody waits.
     *
     * @param waiting called again and again while another process has it; what it throws ends the waiting
     */
    public ProcessLock lock(Path file, Runnable waiting) {
        ProcessLock lock = lock(file);
        try {
            while (!lock.tryAcquire()) {
                waiting.run();
                Thread.sleep(100);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    private static ProcessLock lock(Path file) {
        return ProcessLock.on(file.resolveSibling(file.getFileName() + ".lock"));
    }

    /** Where the teachers are; the folder may not exist yet. */
    public Path folder() {
        return folder;
    }

    /** The weights of all teachers that are kept. */
    public List<Path> teachers() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            WEIGHTS.matcher(file.getFileName().toString()).matches())
                    .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                    .sorted()
                    .toList();
        }
    }

    /** The files of a teacher that is kept: its weights, and what was recorded of it, where that was done. */
    public static List<Path> filesOf(Path weights) {
        return Stream.of(statisticsOf(weights), weights).filter(Files::exists).toList();
    }

    /**
     * Deletes a teacher, unless a process trains it now. The lock's file stays: others may wait for it.
     *
     * @return whether it is gone
     * @throws IOException when a file cannot be deleted
     */
    public static boolean remove(Path weights) throws IOException {
        try (ProcessLock lock = lock(weights)) {
            if (!lock.tryAcquire()) {
                return false;
            }
            for (Path file : filesOf(weights)) {
                Files.deleteIfExists(file);
            }
            return true;
        }
    }

    /** Whether the network has the cached weights now. A file that is damaged counts as none. */
    public boolean load(Path file, Network network) {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> weights = Safetensors.read(file);
            network.parameters().load(weights);
            return true;
        } catch (IOException | SafetensorsException | IllegalArgumentException e) {
            LOG.warn("the cached teacher {} cannot be used ({}); training it again", file, e.getMessage());
            return false;
        }
    }

    public void save(Path file, Network network, Map<String, String> metadata) {
        try {
            Files.createDirectories(folder);
            Safetensors.write(file, network.parameters().stateDict(), metadata);
        } catch (IOException e) {
            LOG.warn("the teacher is not kept for the next run: cannot write {}: {}", file, Reason.of(e));
        }
    }

    /** What was recorded of a teacher; empty where it is not there or damaged. The tensors belong to the innermost scope. */
    public Optional<ActivationStatistics> statistics(Path weights) {
        Path file = statisticsOf(weights);
        if (!Files.isRegularFile(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(Statistics.read(Safetensors.read(file)));
        } catch (IOException | SafetensorsException | IllegalArgumentException e) {
            LOG.warn("the cached statistics {} cannot be used ({}); recording them again", file, e.getMessage());
            return Optional.empty();
        }
    }

    /** Keeps what was recorded of a teacher beside its weights. */
    public void saveStatistics(Path weights, ActivationStatistics statistics, Map<String, String> metadata) {
        Path file = statisticsOf(weights);
        try {
            Safetensors.write(file, Statistics.named(statistics), metadata);
        } catch (IOException e) {
            LOG.warn("the teacher's activation statistics are not kept: cannot write {}: {}", file, Reason.of(e));
        }
    }

    /** Where what was recorded of a teacher lies: {@code teacher-statistics.safetensors} beside {@code teacher.safetensors}. */
    static Path statisticsOf(Path weights) {
        return weights.resolveSibling(
                weights.getFileName().toString().replaceFirst("(\\.safetensors)?$", "-statistics.safetensors"));
    }

    /** In slices: a set of images may be larger than the memory, and what is not in order has to be copied. */
    private static void update(MessageDigest digest, Tensor rows) {
        long count = rows.size(0);
        long slice = Math.max(
                1,
                SLICE_BYTES
                        / Math.max(
                                1,
                                rows.numel() / Math.max(1, count) * rows.dtype().bytes()));
        try (OutputStream into = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            for (long start = 0; start < count; start += slice) {
                try (TensorScope _ = TensorScope.open()) {
                    rows.narrow(0, start, Math.min(slice, count - start)).writeTo(into);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a digest takes all", e);
        }
    }
}
