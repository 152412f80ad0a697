package dev.dafl.engine.config;

import dev.dafl.spi.ListenerFactory;
import dev.dafl.spi.Range;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.tensor.Ranks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A whole experiment file. Keys are the components' names in kebab-case; what the file leaves out has the value named
 * here.
 *
 * @param name of the run's folder; the file's name where it is left out
 * @param seed everything random follows from it; 0
 * @param device {@code cpu}, {@code cuda}, {@code cuda:N}, or {@code auto}: CUDA where there is one
 * @param precision {@code fp32}, {@code bf16} (in networks of 10 million multiply-adds and more; smaller ones stay in fp32), or
 *     {@code auto}: what a short probe finds faster
 * @param threads of the CPU; {@code auto}, which is 0: as many as a short probe finds fastest beside what else the machine does
 * @param batchNorm where several processes train together ({@code mpirun}): {@code sync}, over all images as in one process, or
 *     {@code local}, over those of each process alone, which exchanges less; {@code sync}
 * @param data the labelled set that the teacher is trained on and everything is measured on; none for a teacher that is trained
 * @param input what the teacher's images are like, where there are no data to tell
 * @param test what is measured on instead of the data's own test images; without data and without this, no accuracy is measured
 * @param teacher the network to distil
 * @param student the network to train without data; none for an experiment that only trains a teacher
 * @param generator what makes the images that the student learns from; one that fits the task where a student has neither it
 *     nor a transfer set
 * @param method how images are made, where it is not by a generator and losses of one's own: a plugin
 * @param fallback the method that begins anew where {@code method} dies, such as one that needs less; the run fails where it is
 *     left out
 * @param transfer what the student learns from instead of images that are made; a student has one of generator, method and
 *     transfer
 * @param budget how long the student learns, such as {@code 30min}: the lengths of the schedule follow from it, by a short trial
 *     on this machine; the schedule says where it is left out
 * @param distillation how both are trained
 * @param guard what happens when the generator dies
 * @param checkpoint how often the state is written, from which {@code dafl resume} goes on
 * @param tracking where the run tells its curves besides its own files
 * @param listeners plugins that are told of the run as well; they change nothing of what comes out
 * @param reference what somebody else came to; stands in the report and nowhere else
 */
public record ExperimentConfig(
        String name,
        Long seed,
        String device,
        Precision precision,
        @Range(min = 0) Integer threads,
        Optional<Ranks.BatchNorm> batchNorm,
        Optional<DataConfig> data,
        Optional<InputConfig> input,
        Optional<TestConfig> test,
        @Needed("{model: lenet5}") TeacherConfig teacher,
        Optional<StudentConfig> student,
        Optional<GeneratorConfig> generator,
        @PluginOf(SynthesizerFactory.class) Optional<Component> method,
        @PluginOf(SynthesizerFactory.class) Optional<Component> fallback,
        Optional<TransferConfig> transfer,
        Optional<BudgetConfig> budget,
        DistillationConfig distillation,
        GuardConfig guard,
        CheckpointConfig checkpoint,
        TrackingConfig tracking,
        @PluginOf(ListenerFactory.class) List<Component> listeners,
        Optional<ReferenceConfig> reference) {

    /** With an ending, a file system takes 255. */
    private static final int LONGEST_NAME = 200;

    /** Number format of the heavy operators. */
    public enum Precision {
        AUTO,
        FP32,
        BF16
    }

    public ExperimentConfig {
        name = name == null ? "experiment" : name;
        requireName(name);
        seed = seed == null ? 0 : seed;
        device = device == null ? "auto" : device;
        if (!device.matches("auto|cpu|cuda(:\\d{1,3})?")) {
            throw new IllegalArgumentException(
                    "device must be auto, cpu, cuda or cuda:N, not '" + OneLine.shortened(device) + "'");
        }
        precision = precision == null ? Precision.AUTO : precision;
        threads = threads == null ? 0 : threads;
        batchNorm = batchNorm == null ? Optional.empty() : batchNorm;
        data = data == null ? Optional.empty() : data;
        input = input == null ? Optional.empty() : input;
        test = test == null ? Optional.empty() : test;
        if (data.isPresent() && input.isPresent()) {
            throw new IllegalArgumentException(
                    "input describes the images of a teacher without data, and data has images: take one of both out");
        }
        student = student == null ? Optional.empty() : student;
        generator = generator == null ? Optional.empty() : generator;
        method = method == null ? Optional.empty() : method;
        fallback = fallback == null ? Optional.empty() : fallback;
        if (fallback.isPresent() && method.isEmpty()) {
            throw new IllegalArgumentException(
                    "fallback takes the place of a method that dies, and there is no method: take fallback out, or name a"
                            + " method");
        }
        transfer = transfer == null ? Optional.empty() : transfer;
        List<String> sources = Stream.of(
                        generator.map(_ -> "generator"), method.map(_ -> "method"), transfer.map(_ -> "transfer"))
                .flatMap(Optional::stream)
                .toList();
        if (sources.size() > 1) {
            throw new IllegalArgumentException("a student learns from one of generator, method and transfer, and "
                    + String.join(" and ", sources) + " are there: leave one of them");
        }
        if (student.isEmpty() && !sources.isEmpty()) {
            throw new IllegalArgumentException(sources.getFirst()
                    + " trains a student: student is missing, such as student: {model: lenet5-half}");
        }
        budget = budget == null ? Optional.empty() : budget;
        if (budget.isPresent() && (student.isEmpty() || transfer.isPresent())) {
            throw new IllegalArgumentException(
                    "budget is the time in which a student learns from images that are made, and "
                            + (student.isEmpty() ? "there is no student" : "transfer has them already")
                            + ": take budget out");
        }
        distillation = distillation == null ? DistillationConfig.DEFAULTS : distillation;
        guard = guard == null ? GuardConfig.DEFAULTS : guard;
        checkpoint = checkpoint == null ? CheckpointConfig.DEFAULTS : checkpoint;
        tracking = tracking == null ? TrackingConfig.DEFAULTS : tracking;
        listeners = listeners == null ? List.of() : List.copyOf(listeners);
        for (int i = 1; i < listeners.size(); i++) {
            if (listeners.subList(0, i).contains(listeners.get(i))) {
                throw new IllegalArgumentException(
                        "listeners has " + listeners.get(i) + " twice, which would be told all of it twice");
            }
        }
        reference = reference == null ? Optional.empty() : reference;
    }

    /** From which the teacher's training follows. */
    public long teacherSeed() {
        return teacher.seed().orElse(seed);
    }

    /** The same experiment with another name. */
    public ExperimentConfig named(String other) {
        return with(other, device, precision, threads, checkpoint, tracking, listeners, reference, distillation);
    }

    /** The same experiment with batches that go through the networks in parts. */
    public ExperimentConfig inPartsOf(int images) {
        return with(
                name,
                device,
                precision,
                threads,
                checkpoint,
                tracking,
                listeners,
                reference,
                distillation.inPartsOf(images));
    }

    /**
     * The same experiment with what fits into its budget.
     *
     * @param count rounds, or steps where there are no rounds
     */
    public ExperimentConfig lasting(long count) {
        return new ExperimentConfig(
                name,
                seed,
                device,
                precision,
                threads,
                batchNorm,
                data,
                input,
                test,
                teacher,
                student,
                generator,
                method,
                fallback,
                transfer,
                budget.map(of -> of.of(count)),
                distillation.following(distillation.schedule().lasting(count)),
                guard,
                checkpoint,
                tracking,
                listeners,
                reference);
    }

    /** The budget, where it is still to be found what fits into it. */
    public Optional<BudgetConfig> openBudget() {
        return budget.filter(of -> of.count().isEmpty());
    }

    /** The same experiment whose student is measured whenever so many steps are done; 0 is only at the end. */
    public ExperimentConfig evaluatedEvery(int steps) {
        return with(
                name,
                device,
                precision,
                threads,
                checkpoint,
                tracking,
                listeners,
                reference,
                distillation.evaluatedEvery(steps));
    }

    /** The same experiment with a generator that learns from its other losses. */
    public ExperimentConfig withoutLosses(Set<String> names) {
        return with(
                name,
                device,
                precision,
                threads,
                checkpoint,
                tracking,
                listeners,
                reference,
                distillation,
                generator.map(of -> of.withoutLosses(names)));
    }

    /** The same experiment with what was chosen for {@code auto}, so that it can be repeated to the bit. */
    public ExperimentConfig resolved(String device, Precision precision, int threads) {
        return with(name, device, precision, threads, checkpoint, tracking, listeners, reference, distillation);
    }

    /**
     * All values by the keys of {@code --set}, such as {@code teacher.epochs} or {@code generator.losses.one-hot.weight}, in
     * the order of the records. A plugin's name stands at the plugin's own key.
     */
    public Map<String, String> values() {
        return DottedKeys.of((ObjectNode) Binding.reread(this));
    }

    /** Whether both ask for the same run: how numbers are written, how often the state is, who is told and what the run is compared with do not matter. */
    public boolean asksForTheSameAs(ExperimentConfig other) {
        return alone().equals(other.alone());
    }

    /** The same experiment, which tells nobody outside of its folder. */
    public ExperimentConfig untold() {
        return with(
                name,
                device,
                precision,
                threads,
                CheckpointConfig.DEFAULTS,
                TrackingConfig.DEFAULTS,
                List.of(),
                reference,
                distillation);
    }

    private JsonNode alone() {
        return Binding.reread(with(
                name,
                device,
                precision,
                threads,
                CheckpointConfig.DEFAULTS,
                TrackingConfig.DEFAULTS,
                List.of(),
                Optional.empty(),
                distillation));
    }

    private ExperimentConfig with(
            String name,
            String device,
            Precision precision,
            int threads,
            CheckpointConfig checkpoint,
            TrackingConfig tracking,
            List<Component> listeners,
            Optional<ReferenceConfig> reference,
            DistillationConfig distillation) {
        return with(
                name, device, precision, threads, checkpoint, tracking, listeners, reference, distillation, generator);
    }

    private ExperimentConfig with(
            String name,
            String device,
            Precision precision,
            int threads,
            CheckpointConfig checkpoint,
            TrackingConfig tracking,
            List<Component> listeners,
            Optional<ReferenceConfig> reference,
            DistillationConfig distillation,
            Optional<GeneratorConfig> generator) {
        return new ExperimentConfig(
                name,
                seed,
                device,
                precision,
                threads,
                batchNorm,
                data,
                input,
                test,
                teacher,
                student,
                generator,
                method,
                fallback,
                transfer,
                budget,
                distillation,
                guard,
                checkpoint,
                tracking,
                listeners,
                reference);
    }

    /** @throws IllegalArgumentException when it cannot be the name of a folder */
    static void requireName(String name) {
        if (name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException(
                    "name is a folder's name and has " + LONGEST_NAME + " characters at most, not " + name.length());
        }
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new IllegalArgumentException(
                    "name is a folder's name: a letter or digit, then letters, digits, '.', '_' and '-', not '"
                            + OneLine.shortened(name) + "'");
        }
    }
}
