package dev.dafl.engine;

import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.plugins.BoundPlugin;
import dev.dafl.engine.plugins.ExperimentParts;
import dev.dafl.engine.plugins.Extensions;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.task.TeacherTask;
import dev.dafl.engine.weights.WeightsFile;
import dev.dafl.spi.ClassifierFactory;
import dev.dafl.spi.Declared;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A teacher that somebody else has trained: all that there is where there are no data. */
record GivenTeacher(ExperimentFile file, BoundPlugin<ClassifierFactory<?>> plugin, Declared declared) {

    static GivenTeacher of(ExperimentFile file, Extensions extensions) {
        BoundPlugin<ClassifierFactory<?>> plugin = ExperimentParts.teacher(file, extensions);
        return new GivenTeacher(file, plugin, Networks.declared(file, plugin));
    }

    /** @throws ConfigException when nobody has trained it, with file and line */
    void requireTrained() {
        if (weights().isEmpty() && !declared.trained()) {
            throw file.mistake(
                    "/teacher",
                    "there are no data to train " + plugin.plugin().name()
                            + " on; name the file with its weights (teacher: {weights: FILE}), take a network that is one"
                            + " (teacher: {model: onnx, file: FILE}), or add data: {dataset: ...}");
        }
    }

    /** What it sees and says. */
    TeacherTask.Found task() {
        TeacherTask task = new TeacherTask(file).with(plugin.identity().toString(), declared);
        weights().filter(Files::isRegularFile).ifPresent(path -> {
            try {
                task.with(
                        path.toString(),
                        new WeightsFile(path).declared(file.config().teacher().key()));
            } catch (ConfigException e) {
                throw file.mistake("/teacher/weights", e);
            }
        });
        return task.find();
    }

    private Optional<Path> weights() {
        return file.config().teacher().weights().map(Path::of);
    }
}
