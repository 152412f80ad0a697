package dev.dafl.spi.test;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.dafl.spi.Dataset.Normalization;
import dev.dafl.spi.GeneratorFactory;
import dev.dafl.spi.GeneratorFactory.Values;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.LossReference;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Plugin;
import dev.dafl.spi.PluginReference;
import dev.dafl.spi.Synthesizer;
import dev.dafl.spi.SynthesizerFactory;
import dev.dafl.spi.TransferSet.TransferBatch;
import dev.dafl.spi.test.TrialSynthesis.TrialGenerator;
import dev.dafl.tensor.DType;
import dev.dafl.tensor.Device;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Functional.Reduction;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.MemoryFormat;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Parameters;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.optim.Optimizer;
import dev.dafl.tensor.optim.OptimizerOptions.Sgd;
import dev.dafl.tensor.state.State;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.Surroundings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A method in a small run: {@linkplain TrialNetworks small networks}, images of 3x8x8, four classes, and a student that learns the
 * teacher's logits. A trial is a recipe; each of its methods runs it from the beginning.
 *
 * @param <O> the method's options
 */
public final class MethodTrial<O extends Record> {

    private static final ImageShape SHAPE = new ImageShape(3, 8, 8);
    private static final Normalization NORMALIZATION =
            new Normalization(List.of(0.5, 0.4, 0.3), List.of(0.25, 0.2, 0.3));
    private static final int CLASSES = 4;
    private static final int BATCH = 8;

    private final SynthesizerFactory<O> method;
    private final O options;
    private final Path folder;
    private final Bind bind;
    private final List<Plugin<?>> others;
    private long rounds = 3;
    private long steps = 2;
    private long seed = 1;
    private boolean bfloat16;
    private Consumer<Network> teacherBegins = _ -> {};
    private Consumer<Network> studentBegins = _ -> {};

    /** Turns what a file would say of a plugin's options into its record. */
    public interface Bind {

        /** @param reference whose options are to be put over the plugin's defaults */
        <R extends Record> R options(PluginReference reference, Plugin<R> plugin);

        /** For plugins that are named without options, or with those of {@code given}, by plugin name. */
        static Bind of(Map<String, ? extends Record> given) {
            return new Bind() {
                @Override
                @SuppressWarnings("unchecked") // what is given for a plugin is of its type, or the test fails at once
                public <R extends Record> R options(PluginReference reference, Plugin<R> plugin) {
                    Record record = given.get(plugin.name());
                    if (record == null && !reference.options().isEmpty()) {
                        throw new IllegalArgumentException("the method names " + plugin.name() + " with options "
                                + reference.options() + ": give the record that they stand for");
                    }
                    return record == null ? plugin.defaults() : (R) record;
                }
            };
        }
    }

    private MethodTrial(SynthesizerFactory<O> method, O options, Path folder, Bind bind, List<Plugin<?>> others) {
        this.method = method;
        this.options = options;
        this.folder = folder;
        this.bind = bind;
        this.others = others;
    }

    /**
     * A trial.
     *
     * @param folder for the images that the method keeps; a temporary one
     * @param bind options of the plugins that the method names
     * @param others the loss terms and the generator that the method names
     */
    public static <O extends Record> MethodTrial<O> of(
            SynthesizerFactory<O> method, O options, Path folder, Bind bind, Plugin<?>... others) {
        return new MethodTrial<>(method, options, folder, bind, List.of(others));
    }

    /** How long it is; 3 rounds of 2 steps of the student where it is not said. */
    public MethodTrial<O> rounds(long count, long studentSteps) {
        rounds = count;
        steps = studentSteps;
        return this;
    }

    /** From which all follows; 1 where it is not said. */
    public MethodTrial<O> seed(long value) {
        seed = value;
        return this;
    }

    /** The networks run under bfloat16 autocast. */
    public MethodTrial<O> bfloat16() {
        bfloat16 = true;
        return this;
    }

    /** What the teacher and the student begin as, such as values of PyTorch's. */
    public MethodTrial<O> begins(Consumer<Network> teacher, Consumer<Network> student) {
        teacherBegins = teacher;
        studentBegins = student;
        return this;
    }

    /**
     * A run that stands still.
     *
     * @param told what the method told of each round
     * @param student its values, by name
     * @param kept all that the method and its losses keep, by name
     * @param batch images {@code [8, 3, 8, 8]} of the method, in one row after another
     */
    public record Outcome(
            List<Map<String, Double>> told, Map<String, float[]> student, Map<String, float[]> kept, float[] batch) {}

    /** Runs it as a whole. */
    public Outcome run() {
        return run(List.of());
    }

    /** The same seed gives the same bits, another seed others. */
    public void assertFollowsFromTheSeed() {
        Outcome first = run();
        assertSame(first, run());
        long before = seed;
        seed = before + 1;
        Outcome other = run();
        seed = before;
        assertFalse(
                Arrays.equals(first.batch(), other.batch()),
                "another seed gives the same images: draw from synthesis.random()");
    }

    /** A run that is stopped after any step, saved, and taken up again ends with the bits of one that was not. */
    public void assertResumes() {
        Outcome whole = run();
        for (long stop = 1; stop < rounds * steps; stop++) {
            assertSame(whole, run(List.of(stop)));
        }
        assertSame(whole, run(List.of(1L, rounds * steps / 2)));
    }

    /** Under bfloat16 autocast all numbers that it tells are finite. */
    public void assertFiniteInBfloat16() {
        boolean before = bfloat16;
        bfloat16 = true;
        run().told()
                .forEach(values -> values.forEach(
                        (name, value) -> assertTrue(Double.isFinite(value), name + " is " + value + " in bfloat16")));
        bfloat16 = before;
    }

    /** No tensor outlives a run, and none piles up from round to round. */
    public void assertFreesWhatItMakes() {
        long before = Tensor.liveCount();
        List<Long> live = new ArrayList<>();
        long planned = rounds;
        rounds = Math.max(planned, 5);
        run(List.of(), live);
        rounds = planned;
        assertEquals(before, Tensor.liveCount(), "tensors outlive the run");
        assertEquals(
                live.get(live.size() - 2),
                live.getLast(),
                "more tensors live after a round than after the one before: " + live);
    }

    private static void assertSame(Outcome expected, Outcome actual) {
        assertEquals(expected.told(), actual.told());
        assertBits(expected.student(), actual.student());
        assertBits(expected.kept(), actual.kept());
        assertArrayEquals(expected.batch(), actual.batch(), "images");
    }

    private static void assertBits(Map<String, float[]> expected, Map<String, float[]> actual) {
        assertEquals(expected.keySet(), actual.keySet());
        expected.forEach((name, values) -> assertArrayEquals(values, actual.get(name), name));
    }

    private Outcome run(List<Long> stops) {
        return run(stops, new ArrayList<>());
    }

    private Outcome run(List<Long> stops, List<Long> live) {
        try (TensorScope _ = TensorScope.open()) {
            clear();
            List<Map<String, Double>> told = new ArrayList<>();
            Optional<State> kept = Optional.empty();
            for (long stop : stops) {
                try (Running running = new Running(kept, told)) {
                    running.until(stop, live);
                    kept = Optional.of(running.saved());
                }
            }
            try (Running running = new Running(kept, told)) {
                running.until(rounds * steps, live);
                return running.outcome();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an earlier run has kept there is none of this one's business. */
    private void clear() throws IOException {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
    }

    /** One process's part of a run. */
    private final class Running implements AutoCloseable {

        private final Network teacher = started(TrialNetworks.TEACHER_WIDTH, 1, teacherBegins);
        private final Network student = started(TrialNetworks.STUDENT_WIDTH, 2, studentBegins);
        private final Optimizer optimizer;
        private final Map<String, NamedWorkspace> workspaces = new LinkedHashMap<>();
        private final TrialSynthesis synthesis;
        private final Synthesizer synthesizer;
        private final List<Map<String, Double>> told;
        private long done;

        Running(Optional<State> kept, List<Map<String, Double>> told) throws IOException {
            this.told = told;
            teacher.parameters().freeze();
            optimizer = Optimizer.of(new Sgd(0.9, 0, false), student.parameters());
            List<TrialTerm> terms =
                    method.losses(options).stream().map(this::term).toList();
            NamedWorkspace own = workspace("method");
            synthesis = new TrialSynthesis(
                    own,
                    inFormat(teacher),
                    inFormat(student),
                    terms,
                    method.generator(options).map(this::generator),
                    BATCH,
                    rounds);
            synthesizer = method.create(synthesis, options);
            kept.ifPresent(this::load);
        }

        private Network started(int width, long number, Consumer<Network> begins) {
            Network network = TrialNetworks.classifier(SHAPE, CLASSES, width, number);
            begins.accept(network);
            return network;
        }

        private Network inFormat(Network network) {
            return bfloat16 ? network.inBfloat16() : network;
        }

        private NamedWorkspace workspace(String name) {
            Surroundings around = new Surroundings(
                    SHAPE,
                    CLASSES,
                    NORMALIZATION,
                    Device.CPU,
                    MemoryFormat.CONTIGUOUS,
                    new RandomStream(seed),
                    bank -> folder.resolve(bank.replace(' ', '-')));
            return workspaces.computeIfAbsent(name, n -> new NamedWorkspace(around, n));
        }

        private TrialTerm term(LossReference reference) {
            LossTerm<?> named = plugin(LossTerm.class, reference.term().name());
            return term(reference, named);
        }

        private <R extends Record> TrialTerm term(LossReference reference, LossTerm<R> term) {
            R bound = bind.options(reference.term(), term);
            return new TrialTerm(
                    term.name(),
                    term.needs(bound),
                    reference.weight(),
                    term.start(workspace("loss " + term.name()), bound));
        }

        private TrialGenerator generator(PluginReference reference) {
            GeneratorFactory<?> named = plugin(GeneratorFactory.class, reference.name());
            return generator(reference, named);
        }

        private <R extends Record> TrialGenerator generator(PluginReference reference, GeneratorFactory<R> factory) {
            R bound = bind.options(reference, factory);
            return new TrialGenerator(
                    name -> number -> inFormat(Network.build(
                            new Parameters(
                                    Device.CPU,
                                    MemoryFormat.CONTIGUOUS,
                                    new RandomStream(new RandomStream(seed)
                                            .at(name, number)
                                            .nextLong())),
                            path -> {
                                Layer made = factory.create(path, SHAPE, CLASSES, bound);
                                return factory.values(bound) == Values.PIXELS ? normalised(made) : made;
                            })),
                    factory.latentSize(bound) + (factory.conditional(bound) ? CLASSES : 0));
        }

        private static Layer normalised(Layer pixels) {
            return (latent, pass) -> pixels.forward(latent, pass)
                    .sub(perChannel(NORMALIZATION.mean()))
                    .div(perChannel(NORMALIZATION.std()));
        }

        private static Tensor perChannel(List<Double> values) {
            return Tensor.of(values.stream().mapToDouble(Double::doubleValue).toArray(), 1, values.size(), 1, 1)
                    .to(DType.FLOAT32);
        }

        private <P> P plugin(Class<P> type, String name) {
            return others.stream()
                    .filter(type::isInstance)
                    .filter(plugin -> plugin.name().equals(name))
                    .map(type::cast)
                    .findFirst()
                    .orElseThrow(() ->
                            new IllegalArgumentException("the method names " + name + ": give it to MethodTrial.of"));
        }

        void until(long stop, List<Long> live) {
            for (; done < stop; done++) {
                if (done % steps == 0) {
                    synthesis.begin(done / steps, (double) done / (rounds * steps));
                    try (TensorScope _ = TensorScope.open()) {
                        told.add(new TreeMap<>(synthesizer.synthesize(done / steps)));
                    }
                }
                try (TensorScope _ = TensorScope.open()) {
                    TransferBatch batch = sample(done);
                    Tensor said;
                    try (GradMode _ = GradMode.disabled()) {
                        said = inFormat(teacher).forward(batch.images(), Pass.evaluate());
                    }
                    Functional.mseLoss(inFormat(student).forward(batch.images(), Pass.train()), said, Reduction.MEAN)
                            .backward();
                    optimizer.step(0.05);
                }
                live.add(Tensor.liveCount());
            }
        }

        private TransferBatch sample(long step) {
            try (GradMode _ = GradMode.disabled()) {
                TransferBatch batch = synthesizer.sample(BATCH, new RandomStream(seed).at("sample", step));
                assertArrayEquals(
                        new long[] {BATCH, SHAPE.channels(), SHAPE.height(), SHAPE.width()},
                        batch.images().shape(),
                        "the shape of a batch");
                assertEquals(
                        method.labelled(options),
                        batch.labels().isPresent(),
                        "a method gives labels where labelled() says so, and nowhere else");
                return batch;
            }
        }

        /** A copy, as if it had been written to a disk. */
        State saved() {
            State state = State.empty().put("done", done);
            state.part("student").putAll(student.parameters().stateDict());
            state.part("optimizer").putAll(optimizer.state());
            workspaces.forEach((name, workspace) -> state.part("workspaces").put(name, workspace));
            Map<String, Tensor> tensors = new LinkedHashMap<>();
            try (GradMode _ = GradMode.disabled()) {
                state.tensors().forEach((name, tensor) -> tensors.put(name, tensor.copy()));
            }
            return State.of(tensors, state.values());
        }

        private void load(State state) {
            done = state.number("done");
            student.parameters().stateDict().forEach(state.part("student")::copyInto);
            optimizer.load(state.part("optimizer").tensors());
            workspaces.forEach((name, workspace) -> state.part("workspaces").load(name, workspace));
        }

        Outcome outcome() {
            try (TensorScope _ = TensorScope.open()) {
                Map<String, float[]> values = new TreeMap<>();
                student.parameters().stateDict().forEach((name, tensor) -> values.put(name, floats(tensor)));
                Map<String, float[]> kept = new TreeMap<>();
                State state = State.empty();
                workspaces.forEach(state::put);
                state.tensors().forEach((name, tensor) -> kept.put(name, floats(tensor)));
                return new Outcome(
                        List.copyOf(told),
                        values,
                        kept,
                        floats(sample(rounds * steps).images()));
            }
        }

        private static float[] floats(Tensor tensor) {
            return tensor.detach().to(DType.FLOAT32).toFloats();
        }

        @Override
        public void close() {
            optimizer.close();
            workspaces.values().forEach(NamedWorkspace::close);
            student.close();
            teacher.close();
        }
    }
}
