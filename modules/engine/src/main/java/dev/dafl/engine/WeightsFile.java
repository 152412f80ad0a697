package dev.dafl.engine;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.safetensors.Safetensors;
import dev.dafl.tensor.safetensors.SafetensorsException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A file with the weights of a teacher or a student that was trained before. */
record WeightsFile(Path path) {

    /**
     * Puts the weights into a network.
     *
     * @param config whose teacher the network is
     * @param shape of the images that it takes
     * @throws ConfigException when they are of another network, saying for what both are
     */
    void into(Network network, ExperimentConfig config, ImageShape shape, Dataset dataset) throws IOException {
        try (TensorScope _ = TensorScope.open()) {
            Map<String, Tensor> values = Safetensors.read(path);
            network.parameters().load(values);
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (SafetensorsException e) {
            throw new IOException(e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(path + " does not fit " + config.teacher().model().name() + " for the "
                    + dataset.classes() + " classes and " + shape + " images of " + config.data().dataset().name()
                    + made().map(text -> "; it holds " + text).orElse("") + ". Here the " + e.getMessage(), e);
        }
    }

    /**
     * What the file says of itself: an experiment's data and the network as its teacher, in YAML; empty where it does not say.
     *
     * @throws ConfigException when it is not there or holds a generator
     */
    Optional<String> description() throws IOException {
        Map<String, String> metadata = metadata();
        if ("generator".equals(metadata.get(WeightsMetadata.ROLE))) {
            throw new ConfigException(path + " holds a generator; accuracy is measured of a teacher or a student");
        }
        return Optional.ofNullable(metadata.get(WeightsMetadata.EXPERIMENT));
    }

    private Map<String, String> metadata() throws IOException {
        try {
            return Safetensors.metadata(path);
        } catch (NoSuchFileException e) {
            throw missing(e);
        } catch (SafetensorsException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private ConfigException missing(NoSuchFileException e) {
        return new ConfigException("no such file: " + path, e);
    }

    /** In words what the weights are of. */
    private Optional<String> made() throws IOException {
        Map<String, String> metadata = metadata();
        if (!metadata.containsKey(WeightsMetadata.EXPERIMENT)) {
            return Optional.empty();
        }
        ExperimentConfig config = ExperimentFile.parse(
                path.toString(), metadata.get(WeightsMetadata.EXPERIMENT), Map.of(), "weights").config();
        return Optional.of("a " + metadata.getOrDefault(WeightsMetadata.ROLE, "network") + ", "
                + config.teacher().model().name() + " for " + config.data().dataset().name());
    }
}
