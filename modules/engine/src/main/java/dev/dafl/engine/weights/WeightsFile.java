package dev.dafl.engine.weights;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.DataConfig;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.RenameConfig;
import dev.dafl.engine.config.TeacherConfig;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.Declared;
import dev.dafl.tensor.StoredTensor;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.files.Reason;
import dev.dafl.tensor.nn.MisfitException;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Renaming;
import dev.dafl.tensor.weights.WeightTable;
import dev.dafl.tensor.weights.Weights;
import dev.dafl.tensor.weights.WeightsException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file with the weights of a teacher or a student that was trained before. */
public record WeightsFile(Path path) {

    private static final Logger LOG = LoggerFactory.getLogger(WeightsFile.class);

    /**
     * Puts the weights into a network.
     *
     * @param teacher which the network is, and which says where in the file its weights are, and under which names
     * @param task that it is for
     * @throws ConfigException when they cannot be read, or are of another network, saying for what both are,
     *     or hold numbers that are not finite
     */
    public void into(Network network, TeacherConfig teacher, Task task) {
        try (TensorScope _ = TensorScope.open()) {
            WeightTable<Tensor> table = Weights.read(path, teacher.key());
            Optional<String> notFinite = Parameters.firstNotFinite(table.tensors());
            if (notFinite.isPresent()) {
                throw new ConfigException(path + " holds NaN or infinite numbers in " + notFinite.get()
                        + "; its training diverged or it is damaged, so take other weights");
            }
            Renaming renaming = teacher.rename().map(RenameConfig::renaming).orElse(Renaming.NONE);
            List<String> done = network.parameters().load(table.tensors(), renaming);
            Stream.concat(table.notes().stream(), done.stream()).forEach(note -> LOG.info("{}: {}", path, note));
        } catch (IOException e) {
            throw unread(e);
        } catch (WeightsException e) {
            throw new ConfigException(e);
        } catch (MisfitException e) {
            throw new ConfigException(e)
                    .around(
                            path + " does not fit " + teacher.model().name() + " for the " + task.classes()
                                    + " classes and "
                                    + task.shape() + " images of " + task.source()
                                    + made().map(text -> "; it holds " + text).orElse("") + ". Here the ",
                            e.isOfNames()
                                    ? "; dafl weights " + path
                                            + " lists the networks that it fits, with their options, and teacher.rename:"
                                            + " {FROM: TO} changes names"
                                    : "");
        } catch (IllegalArgumentException e) {
            // The renaming.
            throw new ConfigException(path + " does not go with teacher." + e.getMessage(), e);
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
            throw new ConfigException(
                    path + " holds the " + role + ", and what is wanted here is a teacher or a student");
        }
        return Optional.ofNullable(metadata.get(WeightsMetadata.EXPERIMENT));
    }

    /**
     * What it tells of the images and the classes of its network: all of it where dafl has written it, else what follows from
     * the shapes of its weights.
     *
     * @param key as for {@link #list}
     * @throws ConfigException when it cannot be read or has no such table
     */
    public Declared declared(Optional<String> key) {
        WeightTable<StoredTensor> table = list(key);
        return WeightsMetadata.task(table.metadata())
                .orElseGet(() -> WeightShapes.of(table.tensors().values().stream()
                        .map(StoredTensor::shape)
                        .toList()));
    }

    /** What its network is for, where dafl has written the file. */
    public Optional<Task> task() {
        return WeightsMetadata.input(metadata()).flatMap(input -> Task.of(path.toString(), input));
    }

    /** The data that its network was trained on, where dafl has written the file and there were any. */
    public Optional<DataConfig> data() {
        return experiment(metadata()).flatMap(ExperimentConfig::data);
    }

    /**
     * What is in the file.
     *
     * @param key which of its tables; the likeliest where it is empty
     * @throws ConfigException when it cannot be read or has no such table
     */
    public WeightTable<StoredTensor> list(Optional<String> key) {
        try {
            return Weights.list(path, key);
        } catch (IOException e) {
            throw unread(e);
        } catch (WeightsException e) {
            throw new ConfigException(e);
        }
    }

    private Map<String, String> metadata() {
        return list(Optional.empty()).metadata();
    }

    private ConfigException unread(IOException e) {
        return new ConfigException(
                e instanceof NoSuchFileException
                        ? "no such file: " + path
                        : "cannot read " + path + ": " + Reason.of(e),
                e);
    }

    /** In words what the weights are of. */
    private Optional<String> made() {
        Map<String, String> metadata = metadata();
        return experiment(metadata)
                .map(config -> "the " + metadata.getOrDefault(WeightsMetadata.ROLE, "network") + ", "
                        + config.teacher().model().name()
                        + config.data()
                                .map(data -> " for " + data.dataset().name())
                                .orElse(""));
    }

    /** The network with its data, as an experiment; empty where the file does not say, or in words of another version. */
    private Optional<ExperimentConfig> experiment(Map<String, String> metadata) {
        String experiment = metadata.get(WeightsMetadata.EXPERIMENT);
        if (experiment == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(ExperimentFile.parse(path.toString(), experiment, Map.of(), "weights")
                    .config());
        } catch (ConfigException e) {
            // Another version's words are not what is wrong here.
            return Optional.empty();
        }
    }
}
