package dev.dafl.engine.tools;

import dev.dafl.engine.config.Component;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.PluginFailedException;
import dev.dafl.engine.task.Task;
import dev.dafl.spi.StudentFactory;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A student for a teacher: at most a quarter of its parameters, no more multiply-adds, and of those the one with the most
 * parameters. Where no network that is installed is so small, it is one of three convolutions that is written down.
 *
 * @param model the student
 * @param size of it
 * @param others that are as small, with the largest first
 */
public record StudentChoice(Component model, ModelSize size, List<ModelSize> others) {

    private static final int SHARE = 4;
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final List<Integer> WIDTHS = List.of(64, 32, 16, 8, 4, 2);

    static StudentChoice of(ModelSize teacher, Task task, Extensions extensions) {
        List<Counted> small = extensions.all(StudentFactory.class).stream()
                .map(plugin -> Component.named(plugin.name()))
                .flatMap(model -> counted(model, task, extensions).stream())
                .filter(student -> student.size().parameters() * SHARE <= teacher.parameters())
                .sorted(Comparator.comparingLong(
                                (Counted student) -> student.size().parameters())
                        .reversed())
                .toList();
        Predicate<Counted> cheap = student -> student.size().multiplyAdds() <= teacher.multiplyAdds();
        Counted chosen = small.stream()
                .filter(cheap)
                .findFirst()
                .or(() -> small.stream().findFirst())
                .orElseGet(() -> written(teacher, task, extensions));
        return new StudentChoice(
                chosen.model(),
                chosen.size(),
                small.stream()
                        .filter(other -> !other.equals(chosen))
                        .map(Counted::size)
                        .toList());
    }

    private record Counted(Component model, ModelSize size) {}

    /** Empty for a network that takes no such images, or that is made of something that has to be named. */
    private static Optional<Counted> counted(Component model, Task task, Extensions extensions) {
        try {
            return Optional.of(ModelSize.of(model, task.shape(), task.classes(), extensions))
                    .filter(size -> size.problem().isEmpty())
                    .map(size -> new Counted(model, size));
        } catch (PluginFailedException e) {
            return Optional.empty();
        }
    }

    private static Counted written(ModelSize teacher, Task task, Extensions extensions) {
        List<Counted> widths = WIDTHS.stream()
                .map(StudentChoice::convolutions)
                .flatMap(model -> counted(model, task, extensions).stream())
                .toList();
        return widths.stream()
                .filter(student -> student.size().parameters() * SHARE <= teacher.parameters())
                .findFirst()
                .orElseGet(widths::getLast);
    }

    /** Three of them with {@code width}, twice and four times as many channels. */
    private static Component convolutions(int width) {
        ArrayNode layers = NODES.arrayNode();
        Stream.of(width, 2 * width, 4 * width).forEach(out -> {
            layers.addObject().set("conv", NODES.objectNode().put("out", out).put("stride", out == width ? 1 : 2));
            layers.add("batch-norm");
            layers.add("relu");
        });
        layers.add("global-avg-pool");
        layers.add("flatten");
        ObjectNode options = NODES.objectNode();
        options.set("layers", layers);
        return new Component("layers", options);
    }
}
