package dev.dafl.engine.training;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.PluginFailedException;
import dev.dafl.engine.plugins.StudentLoss;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.engine.training.DistillationStep.Start;
import dev.dafl.engine.training.Judges.Candidate;
import dev.dafl.engine.training.Judges.Judged;
import dev.dafl.engine.training.Teaching.Lesson;
import dev.dafl.engine.training.Teaching.Said;
import dev.dafl.libtorch.LibtorchException;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.workspace.NamedWorkspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A few images through everything that a run will do, before anything is trained: each loss is computed once and followed
 * back. It changes no network and draws no number that the run draws.
 */
public final class DryPass {

    private static final int IMAGES = 4;

    private final Distillation.Setup setup;
    private final List<Finding> findings = new ArrayList<>();

    /**
     * Something that is wrong.
     *
     * @param term which of the generator's losses, from 0
     * @param problem in a sentence
     */
    public record Finding(int term, String problem, Weight weight) {

        public boolean fatal() {
            return weight != Weight.WARNING;
        }
    }

    /** How much a finding matters. */
    public enum Weight {
        /** The run can go on, and somebody should know. */
        WARNING,
        /** The teacher does not give what the loss needs: the run can go on without the loss. */
        NOT_FOR_THIS_TEACHER,
        /** The run cannot go on. */
        FATAL
    }

    private DryPass(Distillation.Setup setup) {
        this.setup = setup;
    }

    /**
     * Tries a data-free distillation.
     *
     * @throws PluginFailedException when a loss throws, or does what a loss must not do
     */
    public static List<Finding> of(Distillation.Setup setup) {
        DryPass pass = new DryPass(setup);
        for (int i = 0; i < setup.terms().size(); i++) {
            pass.term(i);
        }
        long without =
                pass.findings.stream().filter(finding -> !finding.fatal()).count();
        if (without == setup.terms().size()) {
            pass.findings.replaceAll(finding -> new Finding(
                    finding.term(),
                    finding.problem() + ", and no other loss of the generator has one: it cannot learn",
                    Weight.FATAL));
        }
        if (pass.findings.stream().noneMatch(Finding::fatal)) {
            pass.student();
        }
        return List.copyOf(pass.findings);
    }

    private void term(int number) {
        WeightedTerm<?> term = setup.terms().get(number);
        Set<Need> needs = term.needs();
        // What it puts there is none of the run's.
        try (TensorScope _ = TensorScope.open();
                NamedWorkspace workspace = new NamedWorkspace(setup.around(), "dry pass " + term.name())) {
            Judges judges = new Judges(
                    setup.teacher(),
                    setup.student(),
                    List.of(term.start(workspace)),
                    setup.around().normalization());
            Start start = start();
            Tensor images = setup.generator().forward(start.latent(), Pass.evaluate());
            Optional<Finding> missing = missing(number, term, needs, start, images);
            if (missing.isPresent()) {
                findings.add(missing.get());
                return;
            }
            Judged judged = judges.judge(
                    new Candidate(images, Optional.of(start.latent()), start.targets(), 0, 0, false),
                    Set.of(),
                    Pass.evaluate());
            if (images.isClosed()
                    || judged.teacherLogits().isClosed()
                    || start.latent().isClosed()) {
                throw new PluginFailedException(
                        term.identity(), "closed a tensor that the engine gave it; leave closing to the engine");
            }
            if (!leadsBack(judged.terms().getFirst(), setup.generator(), term.identity())) {
                findings.add(new Finding(
                        number, term.identity() + " has no gradient with respect to the images", Weight.WARNING));
            }
        }
    }

    /** What the teacher does not give, or the generator. */
    private Optional<Finding> missing(int number, WeightedTerm<?> term, Set<Need> needs, Start start, Tensor images) {
        if (needs.contains(Need.TARGETS) && start.targets().isEmpty()) {
            return Optional.of(new Finding(
                    number,
                    term.identity() + " needs target classes, and the generator is told none; take one that is"
                            + " conditional, or leave the loss out",
                    Weight.FATAL));
        }
        return TeacherGifts.missing(setup.teacher(), images, needs)
                .map(what -> new Finding(
                        number,
                        term.identity() + " needs " + what + "; leave the loss out, or take another teacher",
                        Weight.NOT_FOR_THIS_TEACHER));
    }

    private void student() {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images;
            try (GradMode _ = GradMode.disabled()) {
                images = setup.generator().forward(start().latent(), Pass.evaluate());
            }
            student(setup.teacher(), setup.student(), setup.studentLoss(), images);
        }
    }

    /**
     * Tries a student that learns from a transfer set, on noise: the set may need a trained teacher.
     *
     * @param shape of the images
     * @throws PluginFailedException when the loss throws, or does what a loss must not do
     */
    public static void ofTransfer(
            Network teacher, Network student, StudentLoss<?> loss, ImageShape shape, RandomStream random) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Initializer.normal(0, 1)
                    .values(
                            new long[] {IMAGES, shape.channels(), shape.height(), shape.width()},
                            random.at("dry pass", 0))
                    .to(student.parameters().device());
            student(teacher, student, loss, images);
        }
    }

    private static void student(Network teacher, Network student, StudentLoss<?> loss, Tensor images) {
        Teaching teaching = new Teaching(teacher, student, loss);
        Said said = teaching.ask(images);
        Optional<Tensor> labels = loss.needs().contains(DistillationLoss.Need.LABELS)
                ? Optional.of(said.logits().argmax(1))
                : Optional.empty();
        Lesson lesson = teaching.on(images, said, labels, Pass.evaluate(), 0);
        if (!leadsBack(lesson.loss(), student, loss.identity())) {
            throw new PluginFailedException(
                    loss.identity(), "has no gradient with respect to the student's logits: the student cannot learn");
        }
    }

    /** Whether any parameter of a network gets a gradient of the value; none is left. */
    private static boolean leadsBack(Tensor value, Network network, PluginIdentity plugin) {
        try {
            value.backward(network.parameters().trainable());
        } catch (LibtorchException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("inplace operation")) {
                throw new PluginFailedException(
                        plugin,
                        "changed a tensor that the engine gave it in place; use operators"
                                + " that return a new tensor");
            }
            if (message.contains("does not require grad") || message.contains("differentiated Tensors")) {
                // Nothing that asks for a gradient was on the value's way, or none of the parameters.
                return false;
            }
            throw new PluginFailedException(plugin, "has a gradient that fails: " + message);
        }
        boolean any = false;
        for (Tensor parameter : network.parameters().trainable()) {
            any |= parameter.takeGrad().isPresent();
        }
        return any;
    }

    private Start start() {
        return Latents.draw(
                IMAGES,
                setup.latentSize(),
                setup.conditional() ? setup.around().classes() : 0,
                setup.generator().parameters().device(),
                setup.random().at("dry pass", 0));
    }
}
