package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.weights.WeightsFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A teacher as its file tells it.
 *
 * @param model its network
 * @param weights the file with its weights, where that is not the network itself
 * @param key of its weights in the file
 * @param size of the images in pixels where the network fits several, one of which was taken
 * @param notes what was chosen, in sentences without a full stop
 */
record StarterTeacher(
        Component model, Optional<Path> weights, Optional<String> key, Optional<Integer> size, List<String> notes) {

    /** Taken before others where a network fits images of several sizes. */
    private static final int USUAL = 32;
    /** What networks call the stem or the head that is made for large images. */
    private static final String LARGE_IMAGES = "imagenet";

    static StarterTeacher of(Path file, Optional<String> key, Extensions extensions) {
        TrainedFile trained = new TrainedFile(file);
        trained.require();
        Optional<Component> graph = trained.graph();
        if (graph.isPresent()) {
            return new StarterTeacher(graph.get(), Optional.empty(), Optional.empty(), Optional.empty(), List.of());
        }
        Optional<String> description = new WeightsFile(file).description();
        return description.isPresent() ? ours(file, description.get()) : foreign(file, key, extensions);
    }

    /** A file of dafl's own says which network it is of, and what for. */
    private static StarterTeacher ours(Path file, String description) {
        Component model = ExperimentFile.parse(file + " (its description)", description, Map.of(), "teacher")
                .config()
                .teacher()
                .model();
        return new StarterTeacher(model, Optional.of(file), Optional.empty(), Optional.empty(), List.of());
    }

    private static StarterTeacher foreign(Path file, Optional<String> key, Extensions extensions) {
        WeightsInspection inspection = WeightsInspection.of(file, key, extensions);
        if (inspection.fits().isEmpty()) {
            throw new ConfigException(
                    file + " fits none of the installed networks ('dafl weights' lists what is in it);"
                            + " export the network as ONNX and name that file, or write its layers down: teacher: {model: {name:"
                            + " layers, layers: [...]}, weights: " + file + "}");
        }
        FittingNetwork fit = inspection.fits().getFirst();
        List<String> others = inspection.fits().stream()
                .skip(1)
                .map(other -> other.model().toString())
                .toList();
        List<Integer> sizes = fit.images().stream()
                .map(image -> Integer.parseInt(image.substring(image.lastIndexOf('x') + 1)))
                .distinct()
                .toList();
        int size = usual(fit.model(), sizes);
        List<String> notes = new ArrayList<>();
        if (!others.isEmpty()) {
            notes.add("The weights fit " + String.join(", ", others) + " as well");
        }
        if (sizes.size() > 1) {
            notes.add("The weights do not tell the size of the images (they fit "
                    + sizes.stream().map(String::valueOf).collect(Collectors.joining(", "))
                    + "): say it in input if it is another");
        }
        return new StarterTeacher(fit.model(), Optional.of(file), key, Optional.of(size), List.copyOf(notes));
    }

    private static int usual(Component model, List<Integer> sizes) {
        boolean large = model.options()
                .valueStream()
                .anyMatch(value -> value.asString("").equals(LARGE_IMAGES));
        return large ? sizes.getLast() : sizes.contains(USUAL) ? USUAL : sizes.getFirst();
    }

    /** The keys of an experiment that say who it is. */
    String yaml() {
        StringBuilder yaml = new StringBuilder("teacher: ");
        if (weights.isEmpty()) {
            yaml.append(FlowYaml.table(model));
        } else {
            yaml.append("{model: ").append(FlowYaml.of(model));
            yaml.append(", weights: ").append(FlowYaml.text(weights.get().toString()));
            key.ifPresent(name -> yaml.append(", key: ").append(FlowYaml.text(name)));
            yaml.append('}');
        }
        yaml.append('\n');
        size.ifPresent(pixels -> yaml.append("input: {size: ").append(pixels).append("}\n"));
        return yaml.toString();
    }
}
