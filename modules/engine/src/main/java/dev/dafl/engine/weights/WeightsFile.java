package dev.dafl.engine.weights;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with the weights of a teacher or a student that was trained before. */
public record WeightsFile(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(WeightsFile.class);

    /**
     * Puts the weights into a network.
     *
     * @param config whose teacher the network is
     * @param shape of the images that it takes
     * @throws ConfigException when they cannot be read, or are of another network, saying for what both are,
     *     or hold numbers that are not finite
     */
    public void into(Network network, ExperimentConfig config, ImageShape shape, Dataset dataset) {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> values = Safetensors.read(path);
            Optional<String> notFinite = Parameters.firstNotFinite(values);
            if (notFinite.isPresent()) {
                throw new ConfigException(path + " holds NaN or infinite numbers in " + notFinite.get()
                        + "; its training diverged or it is damaged, so take other weights");
            }
            network.parameters().load(values).forEach(note -> LOG.info("{}: {}", path, note));
        } catch (IOException e) {
            throw unread(e);
        } catch (SafetensorsException e) {
            throw new ConfigException(e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(
                    path + " does not fit " + config.teacher().model().name() + " for the "
                            + dataset.classes() + " classes and " + shape + " images of "
                            + config.data().dataset().name()
                            + made().map(text -> "; it holds " + text).orElse("") + ". Here the " + e.getMessage(),
                    e);
        }
    }

    /**
     * What the file says of itself: an experiment's data and the network as its teacher, in YAML; empty where it does not say.
     *
     * @throws ConfigException when it cannot be read or holds neither a teacher nor a student
     */
    public Optional<String> description() {
        Map<String, String> metadata = metadata();
        String role = metadata.getOrDefault(WeightsMetadata.ROLE, "teacher");
        if (!role.equals("teacher") && !role.equals("student")) {
            throw new ConfigException(path + " holds the " + role + "; accuracy is measured of a teacher or a student");
        }
        return Optional.ofNullable(metadata.get(WeightsMetadata.EXPERIMENT));
    }

    private Map<String, String> metadata() {
        try {
            return Safetensors.metadata(path);
        } catch (IOException e) {
            throw unread(e);
        } catch (SafetensorsException e) {
            throw new ConfigException(e);
        }
    }

    private ConfigException unread(IOException e) {
        return new ConfigException(
                e instanceof NoSuchFileException
                        ? "no such file: " + path
                        : "cannot read " + path + ": " + (Files.isDirectory(path) ? "it is a folder" : Reason.of(e)),
                e);
    }

    /** In words what the weights are of. */
    private Optional<String> made() {
        Map<String, String> metadata = metadata();
        String experiment = metadata.get(WeightsMetadata.EXPERIMENT);
        if (experiment == null) {
            return Optional.empty();
        }
        try {
            ExperimentConfig config = ExperimentFile.parse(path.toString(), experiment, Map.of(), "weights")
                    .config();
            return Optional.of("the " + metadata.getOrDefault(WeightsMetadata.ROLE, "network") + ", "
                    + config.teacher().model().name() + " for "
                    + config.data().dataset().name());
        } catch (ConfigException e) {
            // Another version's words are not what is wrong here.
            return Optional.empty();
        }
    }
}
