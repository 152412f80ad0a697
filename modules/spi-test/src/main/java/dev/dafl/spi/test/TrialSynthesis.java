package dev.dafl.spi.test;

import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.spi.Synthesis;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import dev.dafl.workspace.NamedWorkspace;
import dev.dafl.workspace.WithWorkspace;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.function.LongFunction;

/** What a method gets in a trial. */
final class TrialSynthesis implements Synthesis, WithWorkspace {

    private final NamedWorkspace workspace;
    private final Network teacher;
    private final Network student;
    private final List<TrialTerm> terms;
    private final Optional<TrialGenerator> generator;
    private final int batch;
    private final long rounds;
    private long round;
    private double progress;

    /**
     * Makes the generator of the method's options.
     *
     * @param columns of its input
     */
    record TrialGenerator(Function<String, LongFunction<Network>> fresh, int columns) {}

    TrialSynthesis(
            NamedWorkspace workspace,
            Network teacher,
            Network student,
            List<TrialTerm> terms,
            Optional<TrialGenerator> generator,
            int batch,
            long rounds) {
        this.workspace = workspace;
        this.teacher = teacher;
        this.student = student;
        this.terms = terms;
        this.generator = generator;
        this.batch = batch;
        this.rounds = rounds;
    }

    void begin(long number, double share) {
        round = number;
        progress = share;
    }

    @Override
    public int studentBatch() {
        return batch;
    }

    @Override
    public long rounds() {
        return rounds;
    }

    @Override
    public double progress() {
        return progress;
    }

    @Override
    public Network generator(String name) {
        return workspace.made(name, named().fresh().apply(name));
    }

    @Override
    public int latentSize() {
        return named().columns();
    }

    private TrialGenerator named() {
        return generator.orElseThrow(() ->
                new IllegalStateException("a method that makes generators names one in SynthesizerFactory.generator"));
    }

    @Override
    public Judgement teacher(Tensor images, Set<Wanted> wanted) {
        return judgement(teacher, images, Pass.evaluate(), wanted);
    }

    @Override
    public Judgement student(Tensor images, boolean training, Set<Wanted> wanted) {
        return judgement(student, images, training ? Pass.train() : Pass.evaluate(), wanted);
    }

    private static Judgement judgement(Network network, Tensor images, Pass mode, Set<Wanted> wanted) {
        Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);
        wanted.forEach(one -> recorded.add(Recorded.valueOf(one.name())));
        Pass pass = mode.recording(recorded);
        Tensor logits = network.forward(images, pass);
        return new Judgement(logits, pass.features(), new LinkedHashMap<>(pass.layers()), pass.batchNormInputs());
    }

    @Override
    public Score score(Candidates candidates) {
        Judgement judgement = teacher(candidates.images(), EnumSet.allOf(Wanted.class));
        boolean asked = terms.stream().anyMatch(term -> term.needs().contains(Need.STUDENT_LOGITS));
        Optional<Tensor> said = asked
                ? Optional.of(student(candidates.images(), candidates.isStudentTraining(), Set.of())
                        .logits())
                : Optional.empty();
        GeneratedBatch.Builder builder = GeneratedBatch.of(
                        candidates.images(), judgement.logits(), workspace.normalization())
                .batchNormInputs(judgement.batchNormInputs())
                .teacherLayers(judgement.layers())
                .round(round)
                .progress(progress);
        candidates.latent().ifPresent(builder::latent);
        candidates.targets().ifPresent(builder::targets);
        judgement.features().ifPresent(builder::teacherFeatures);
        said.ifPresent(builder::studentLogits);
        GeneratedBatch whole = builder.build();
        Map<String, Tensor> values = new LinkedHashMap<>();
        terms.forEach(term -> values.put(term.name(), term.started().compute(whole)));
        double[] weights =
                terms.stream().mapToDouble(term -> term.weight().at(progress)).toArray();
        return new Score(Functional.weightedSum(List.copyOf(values.values()), weights), values, judgement, said);
    }

    @Override
    public void repeat(long times, LongConsumer body) {
        for (long i = 0; i < times; i++) {
            try (TensorScope _ = TensorScope.open()) {
                body.accept(i);
            }
        }
    }

    @Override
    public NamedWorkspace workspace() {
        return workspace;
    }
}
