package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teachers that were trained before. The key covers all that their weights follow from: the training images themselves,
 * the teacher's part of the configuration, the seed, the number format, the device and the thread count.
 */
final class TeacherCache {

    private static final Logger LOG = LoggerFactory.getLogger(TeacherCache.class);
    /** Raised when training itself changes, so that older teachers are not taken for new ones. */
    private static final String GENERATION = "4";

    private final Path folder;

    TeacherCache(Path cache) {
        this.folder = cache.resolve("teachers");
    }

    Path file(ExperimentConfig config, Dataset dataset, Network teacher) {
        MessageDigest digest = sha256();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("generation", GENERATION);
        settings.put("seed", config.teacherSeed());
        settings.put("teacher", config.teacher());
        settings.put("size", config.data().imageSize());
        settings.put("normalization", dataset.normalization());
        settings.put("precision", teacher.bfloat16() ? "bf16" : "fp32");
        settings.put("device", teacher.parameters().device().type());
        settings.put("threads", config.threads());
        digest.update(ResultJson.line(settings).getBytes(StandardCharsets.UTF_8));
        digest.update(dataset.train().images().toBytes());
        digest.update(dataset.train().labels().toBytes());
        String key = HexFormat.of().formatHex(digest.digest(), 0, 12);
        return folder.resolve(config.teacher().model().name() + "-" + key + ".safetensors");
    }

    /**
     * Keeps other processes from training the same teacher meanwhile: who comes second waits, and then finds it. Where the
     * file system knows no locks nobody waits.
     *
     * @param waiting called again and again while another process has it; what it throws ends the waiting
     */
    Lock lock(Path file, Runnable waiting) {
        Lock lock = new Lock(open(file.resolveSibling(file.getFileName() + ".lock")));
        try {
            while (!lock.acquired()) {
                waiting.run();
                Thread.sleep(100);
            }
        } catch (IOException e) {
            LOG.debug("{} is not locked", file, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
        return lock;
    }

    private Optional<FileChannel> open(Path lock) {
        try {
            Files.createDirectories(folder);
            return Optional.of(FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        } catch (IOException e) {
            LOG.debug("{} cannot be made", lock, e);
            return Optional.empty();
        }
    }

    /** Held until it is closed; nothing is held where there is no channel. */
    record Lock(Optional<FileChannel> channel) implements AutoCloseable {

        private boolean acquired() throws IOException {
            try {
                return channel.isEmpty() || channel.get().tryLock() != null;
            } catch (OverlappingFileLockException e) {
                // Another run of this process has it.
                return false;
            }
        }

        @Override
        public void close() {
            try {
                if (channel.isPresent()) {
                    channel.get().close();
                }
            } catch (IOException e) {
                LOG.debug("a lock was not closed", e);
            }
        }
    }

    /** Whether the network has the cached weights now. A file that is damaged counts as none. */
    boolean load(Path file, Network network) {
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

    void save(Path file, Network network, Map<String, String> metadata) {
        try {
            Files.createDirectories(folder);
            Safetensors.write(file, network.parameters().stateDict(), metadata);
        } catch (IOException e) {
            LOG.warn("the teacher is not kept for the next run: cannot write {}: {}", file, Reason.of(e));
        }
    }

    /** Keeps what was recorded of a teacher beside its weights. */
    void saveStatistics(Path weights, Map<String, Tensor> statistics, Map<String, String> metadata) {
        Path file = statisticsOf(weights);
        try {
            Safetensors.write(file, statistics, metadata);
        } catch (IOException e) {
            LOG.warn("the teacher's activation statistics are not kept: cannot write {}: {}", file, Reason.of(e));
        }
    }

    /** Where what was recorded of a teacher lies: {@code teacher-statistics.safetensors} beside {@code teacher.safetensors}. */
    static Path statisticsOf(Path weights) {
        return weights.resolveSibling(
                weights.getFileName().toString().replaceFirst("(\\.safetensors)?$", "-statistics.safetensors"));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
