package dev.dafl.engine.training;

import dev.dafl.engine.plugins.RunningTerm;
import dev.dafl.engine.run.Cancellation;
import dev.dafl.engine.run.InterruptedRunException;
import dev.dafl.engine.training.Judges.Candidate;
import dev.dafl.engine.training.Judges.Judged;
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
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.random.RandomGenerator;

/** What a method gets of the engine in one run. */
final class MethodSynthesis implements Synthesis, WithWorkspace {

    private final MethodTraining.Setup setup;
    private final NamedWorkspace workspace;
    private final Judges judges;
    private final Cancellation cancellation;
    private final long rounds;
    private long round;
    private double progress;
    private boolean warmUp;

    /** @param cancellation asked in between where the method repeats something */
    MethodSynthesis(
            MethodTraining.Setup setup,
            NamedWorkspace workspace,
            Judges judges,
            long rounds,
            Cancellation cancellation) {
        this.setup = setup;
        this.workspace = workspace;
        this.judges = judges;
        this.rounds = rounds;
        this.cancellation = cancellation;
    }

    /**
     * @param share of the run that is done, 0 to 1
     * @param before whether the student has not begun to learn
     */
    void begin(long number, double share, boolean before) {
        round = number;
        progress = share;
        warmUp = before;
    }

    @Override
    public int studentBatch() {
        return setup.config().batch();
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
        MethodTraining.Generators generators = generators();
        return workspace.made(name, number -> generators.fresh().of("method " + name, number));
    }

    @Override
    public int latentSize() {
        return generators().columns();
    }

    private MethodTraining.Generators generators() {
        return setup.generators()
                .orElseThrow(() -> new IllegalStateException(
                        "a method that makes generators names one in SynthesizerFactory.generator"));
    }

    @Override
    public Judgement teacher(Tensor images, Set<Wanted> wanted) {
        return judgement(setup.teacher(), images, Pass.frozen(), wanted);
    }

    @Override
    public Judgement student(Tensor images, boolean training, Set<Wanted> wanted) {
        return judgement(setup.student(), images, training ? Pass.train(numbers()) : Pass.evaluate(), wanted);
    }

    private Judgement judgement(Network network, Tensor images, Pass mode, Set<Wanted> wanted) {
        Set<Recorded> recorded = EnumSet.noneOf(Recorded.class);
        for (Wanted one : wanted) {
            recorded.add(
                    switch (one) {
                        case FEATURES -> Recorded.FEATURES;
                        case LAYERS -> Recorded.LAYERS;
                        case BATCH_NORM_INPUTS -> Recorded.BATCH_NORM_INPUTS;
                    });
        }
        Pass pass = mode.recording(recorded);
        return said(network.forward(images, pass), pass);
    }

    private static Judgement said(Tensor logits, Pass pass) {
        return new Judgement(logits, pass.features(), new LinkedHashMap<>(pass.layers()), pass.batchNormInputs());
    }

    /** Of layers that draw, such as dropout. */
    private RandomGenerator numbers() {
        return workspace.random().at("student as a judge", round);
    }

    @Override
    public Score score(Candidates candidates) {
        if (judges.terms().isEmpty()) {
            throw new IllegalStateException("a method that asks for a score names losses in SynthesizerFactory.losses");
        }
        if (judges.isNeeded(Need.TARGETS) && candidates.targets().isEmpty()) {
            throw new IllegalStateException("a loss reads target classes: a method gives them with its candidates");
        }
        Judged judged = judges.judge(
                new Candidate(candidates.images(), candidates.latent(), candidates.targets(), round, progress, warmUp),
                Set.of(),
                candidates.isStudentTraining() ? Pass.train(numbers()) : Pass.evaluate());
        Map<String, Tensor> values = new LinkedHashMap<>();
        for (int i = 0; i < judged.terms().size(); i++) {
            RunningTerm term = judges.terms().get(i);
            values.put(term.name(), judged.terms().get(i));
        }
        return new Score(
                Functional.weightedSum(judged.terms(), judges.weights(progress)),
                values,
                said(judged.teacherLogits(), judged.teacherPass()),
                judged.studentLogits());
    }

    @Override
    public void repeat(long times, LongConsumer body) {
        for (long i = 0; i < times; i++) {
            if (cancellation.requested()) {
                throw new InterruptedRunException();
            }
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
