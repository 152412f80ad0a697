package dev.dafl.engine;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.training.Compute;
import dev.dafl.spi.Dataset;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Teachers that were trained before. The key covers all that their weights follow from: the training images themselves,
 * the teacher's part of the configuration, the seed, the number format.
 */
final class TeacherCache {

    private static final Logger LOG = LoggerFactory.getLogger(TeacherCache.class);
    /** Raised when training itself changes, so that older teachers are not taken for new ones. */
    private static final String GENERATION = "2";

    private final Path folder;

    TeacherCache(Path cache) {
        this.folder = cache.resolve("teachers");
    }

    Path file(ExperimentConfig config, Dataset dataset, Compute compute) {
        MessageDigest digest = sha256();
        Map<String, Object> settings = new LinkedHashMap<>();
        settings.put("generation", GENERATION);
        settings.put("seed", config.teacherSeed());
        settings.put("teacher", config.teacher());
        settings.put("size", config.data().imageSize());
        settings.put("normalization", dataset.normalization());
        settings.put("precision", compute.precision());
        digest.update(ResultJson.line(settings).getBytes(StandardCharsets.UTF_8));
        digest.update(dataset.train().images().toBytes());
        digest.update(dataset.train().labels().toBytes());
        String key = HexFormat.of().formatHex(digest.digest(), 0, 12);
        return folder.resolve(config.teacher().model().name() + "-" + key + ".safetensors");
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
