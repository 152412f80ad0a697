package dev.dafl.engine;

import dev.dafl.engine.config.BudgetConfig;
import dev.dafl.engine.config.ConfigException;
import dev.dafl.engine.config.ExperimentConfig;
import dev.dafl.engine.config.ExperimentFile;
import dev.dafl.engine.config.Schedule;
import dev.dafl.engine.plugins.ExperimentParts;
import dev.dafl.engine.plugins.ExperimentParts.Distilling;
import dev.dafl.engine.plugins.ExperimentParts.ImageSource;
import dev.dafl.engine.plugins.Networks;
import dev.dafl.engine.run.Artefact;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.RunEvent;
import dev.dafl.engine.task.Task;
import dev.dafl.engine.training.Distillation;
import dev.dafl.engine.training.Glimpses.Viewer;
import dev.dafl.engine.training.MethodTraining;
import dev.dafl.engine.training.Pace;
import dev.dafl.engine.training.Trial;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Takes a few steps of an experiment with networks of its own, of which nothing stays, to learn how much of its schedule fits
 * into its budget. That the teacher has learnt nothing yet makes no difference to it.
 */
record BudgetTrial(ExperimentParts parts, Networks networks, Task task, Cancellation cancellation) {

    private static final String TEACHER = "teacher";
    private static final String STUDENT = "student";

    /** Finds how fast a training goes here; empty where not even its first steps fit into the budget. */
    @FunctionalInterface
    interface Trying {

        Optional<Pace> pace(Duration budget) throws IOException;
    }

    /**
     * What a budget comes to.
     *
     * @param config whose schedule fits into it
     * @param pace by which that was found
     */
    record Decision(ExperimentConfig config, Pace pace) {}

    /**
     * The experiment with a schedule that fits into its budget.
     *
     * @param config whose budget is open
     * @throws ConfigException when the budget is too short, or the schedule is one that has no length to choose
     */
    Decision decided(ExperimentFile file, ExperimentConfig config, Trying trying, Consumer<RunEvent> events)
            throws IOException {
        BudgetConfig budget = config.openBudget().orElseThrow();
        Schedule suited = config.distillation().schedule();
        try {
            suited.lasting(1);
            Optional<Pace> pace = trying.pace(budget.time());
            OptionalLong own = pace.isPresent() ? pace.get().fitting(suited, budget.time()) : OptionalLong.empty();
            // Each rank has measured a little differently.
            long first = Long.parseLong(networks.compute().ranks().first(String.valueOf(own.orElse(0))));
            OptionalLong count = first == 0 || pace.isEmpty() ? OptionalLong.empty() : OptionalLong.of(first);
            if (count.isEmpty()) {
                throw file.mistake("/budget", tooShort(budget, suited, pace));
            }
            ExperimentConfig decided = config.lasting(count.getAsLong());
            Schedule schedule = decided.distillation().schedule();
            events.accept(new RunEvent.Decided(
                    schedule.text(),
                    "for budget: " + budget.text() + ", since here "
                            + pace.orElseThrow().text(schedule)));
            return new Decision(decided, pace.orElseThrow());
        } catch (IllegalArgumentException e) {
            throw file.mistake("/budget", e);
        }
    }

    private static String tooShort(BudgetConfig budget, Schedule schedule, Optional<Pace> pace) {
        return "budget: " + budget.text() + " is too short for "
                + (schedule instanceof Schedule.Joint ? "one step" : "one round") + " here"
                + pace.map(p -> ", where " + p.text(schedule)).orElse("")
                + "; give more time, or take smaller networks, a smaller batch or a method that takes fewer steps for its"
                + " images";
    }

    /** The pace of a method; empty where its first round alone takes longer than the budget. */
    Optional<Pace> of(MethodTraining.Setup setup, Duration budget, Distilling student) throws IOException {
        Schedule tried = Trial.of(setup.config().schedule());
        Path banks = Files.createTempDirectory("dafl-trial");
        try (TensorScope _ = TensorScope.open();
                Network ownTeacher = teacher();
                Network own = student(student);
                MethodTraining training = new MethodTraining(
                        setup.tried(
                                ownTeacher,
                                own,
                                tried,
                                setup.around().keeping(name -> banks.resolve(Artefact.bank(name)))),
                        _ -> {},
                        Viewer.NOBODY)) {
            return Trial.run(
                    training::run,
                    tried,
                    budget,
                    cancellation,
                    networks.compute().ranks());
        } finally {
            delete(banks);
        }
    }

    /** The pace of a generator and its student. */
    Optional<Pace> of(Distillation.Setup setup, Duration budget, Distilling student, ImageSource.Generated generated) {
        Schedule tried = Trial.of(setup.config().schedule());
        try (TensorScope _ = TensorScope.open();
                Network ownTeacher = teacher();
                Network own = student(student);
                Network kept = student(student);
                Network generator = networks.generator(generated.generator(), task);
                Distillation training =
                        new Distillation(setup.tried(generator, ownTeacher, own, kept, tried), _ -> {})) {
            return Trial.run(
                    training::run,
                    tried,
                    budget,
                    cancellation,
                    networks.compute().ranks());
        }
    }

    Network teacher() {
        return networks.classifier(TEACHER, parts.teacher(), task.shape(), task.classes());
    }

    Network student(Distilling distilling) {
        return networks.classifier(STUDENT, distilling.student(), task.shape(), task.classes());
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : List.copyOf(files.toList())) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }
}
