package dev.dafl.engine.tools;

import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.task.TeacherTask;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The text of an experiment to begin with.
 *
 * @param name of its file
 * @param size of the teacher
 */
record StarterText(
        String name, StarterTeacher teacher, TeacherTask.Found found, ModelSize size, StudentChoice student) {

    private static final int OTHERS = 6;

    /** What images are commonly normalised with, by the number of their channels. */
    private static final Map<Integer, List<Usual>> USUAL = Map.of(
            1,
            List.of(new Usual("MNIST", "[0.1307]", "[0.3081]"), new Usual("Fashion-MNIST", "[0.2860]", "[0.3530]")),
            3,
            List.of(
                    new Usual("CIFAR-10", "[0.4914, 0.4822, 0.4465]", "[0.2470, 0.2435, 0.2616]"),
                    new Usual("CIFAR-100", "[0.5071, 0.4865, 0.4409]", "[0.2673, 0.2564, 0.2762]"),
                    new Usual("ImageNet", "[0.485, 0.456, 0.406]", "[0.229, 0.224, 0.225]")));

    /** Parts of the configuration that are shown with the values that they have where they are left out. */
    private static final Set<String> SHOWN = Set.of("generator", "method", "fallback", "budget", "distillation");

    private record Usual(String data, String mean, String std) {}

    /** The keys that are no comments. */
    String active() {
        return teacher.yaml() + studentLine();
    }

    /** @param config of {@link #active}, with everything decided */
    String yaml(ExperimentConfig config) {
        Task task = found.task();
        StringBuilder text = new StringBuilder();
        text.append("# A student of ").append(task.source()).append(", trained without data.\n");
        text.append("#   dafl check ").append(name).append("    does all that comes before the first step\n");
        text.append("#   dafl run ").append(name).append("      trains the student\n\n");
        text.append(String.format(
                Locale.ROOT,
                "# The teacher: %,d parameters, images of %s, %,d classes%s.%n",
                size.parameters(),
                task.shape(),
                task.classes(),
                names(task)));
        teacher.notes().forEach(note -> text.append("# ").append(note).append(".\n"));
        text.append(teacher.yaml()).append('\n');
        normalization(text, task);
        text.append(String.format(
                Locale.ROOT,
                "# %,d parameters, %.1f %% of the teacher's; %,d multiply-adds for an image, and the teacher %,d.%n",
                student.size().parameters(),
                100.0 * student.size().parameters() / size.parameters(),
                student.size().multiplyAdds(),
                size.multiplyAdds()));
        if (!student.others().isEmpty()) {
            text.append("# Other networks of at most a quarter of the parameters: ")
                    .append(student.others().stream()
                            .limit(OTHERS)
                            .map(other -> String.format(Locale.ROOT, "%s (%,d)", other.model(), other.parameters()))
                            .collect(Collectors.joining(", ")))
                    .append(".\n");
        }
        text.append(studentLine()).append('\n');
        text.append("# Images to measure on, where there are some. Nothing is trained on them.\n");
        text.append("# test: {dataset: {name: image-folder, test: FOLDER}}\n\n");
        text.append("# Where they are left out, these parts are:\n");
        text.append(commented(config));
        return text.toString();
    }

    private String studentLine() {
        return "student: {model: " + FlowYaml.of(student.model()) + "}\n";
    }

    private static String names(Task task) {
        return task.classNames().getFirst().equals("0") ? "" : " (" + String.join(", ", task.classNames()) + ")";
    }

    /** The one thing that no file but dafl's own tells for certain. */
    private void normalization(StringBuilder text, Task task) {
        if (found.assumptions().isEmpty()) {
            return;
        }
        text.append(
                "# How the teacher's images were normalised when it was trained, as in torchvision's Normalize(mean, std):\n");
        text.append(
                "# nothing tells it here, and the student hangs on it. Until it is said, pixels are taken to go from 0 to 1.\n");
        text.append(
                teacher.size().isPresent()
                        ? "# One of these goes in place of the input above:\n"
                        : "# One of these says it:\n");
        USUAL.getOrDefault(task.shape().channels(), List.of())
                .forEach(usual -> text.append("#   input: {")
                        .append(teacher.size()
                                .map(size -> "size: " + size + ", ")
                                .orElse(""))
                        .append("mean: ")
                        .append(usual.mean())
                        .append(", std: ")
                        .append(usual.std())
                        .append("}   # ")
                        .append(usual.data())
                        .append('\n'));
        text.append("#   input: {")
                .append(teacher.size().map(size -> "size: " + size + ", ").orElse(""))
                .append("range: [-1, 1]}   # or [0, 1], or [0, 255]\n\n");
    }

    private static String commented(ExperimentConfig config) {
        StringBuilder text = new StringBuilder();
        boolean shown = false;
        for (String line : ExperimentFile.toYaml(config).lines().toList()) {
            if (!line.startsWith(" ") && !line.startsWith("-")) {
                shown = SHOWN.contains(line.substring(0, Math.max(0, line.indexOf(':'))));
            }
            if (shown) {
                text.append("# ").append(line).append('\n');
            }
        }
        return text.toString();
    }
}
