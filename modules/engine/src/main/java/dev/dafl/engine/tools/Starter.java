package dev.dafl.engine.tools;

import dev.dafl.engine.Experiment;
import dev.dafl.engine.config.Component;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.task.TeacherTask;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * An experiment to begin with, for a teacher's file and nothing else.
 *
 * @param teacher as it was named
 * @param model the teacher's network
 * @param student the network that was chosen to learn from it
 * @param yaml the experiment, with comments
 */
public record Starter(String teacher, Component model, StudentChoice student, String yaml) {

    /**
     * Looks at a teacher's file and writes what follows from it.
     *
     * @param teacher an ONNX file, or a file of weights
     * @param key which table of a file of weights; the likeliest where it is empty
     * @param name of the experiment's file, for its comments
     * @throws ConfigException when the file cannot be read, is of no network that is installed, or does not tell its images
     */
    public static Starter of(Path teacher, Optional<String> key, String name, Extensions extensions) {
        StarterTeacher found = StarterTeacher.of(teacher, key, extensions);
        TeacherTask.Found task =
                Experiment.bind(parsed(name, found.yaml()), extensions).task().orElseThrow();
        ModelSize size =
                ModelSize.of(found.model(), task.task().shape(), task.task().classes(), extensions);
        size.problem().ifPresent(problem -> {
            throw new ConfigException(teacher + ": " + problem);
        });
        StudentChoice student = StudentChoice.of(size, task.task(), extensions);
        StarterText text = new StarterText(name, found, task, size, student);
        String yaml = text.yaml(
                Experiment.bind(parsed(name, text.active()), extensions).config());
        // What is handed out can be read again.
        parsed(name, yaml);
        return new Starter(teacher.toString(), found.model(), student, yaml);
    }

    private static ExperimentFile parsed(String name, String yaml) {
        return ExperimentFile.parse(name, yaml, Map.of(), "experiment");
    }
}
