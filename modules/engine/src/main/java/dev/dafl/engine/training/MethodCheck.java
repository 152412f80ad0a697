package dev.dafl.engine.training;

import dev.dafl.engine.config.PluginIdentity;
import dev.dafl.engine.plugins.WeightedTerm;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.SynthesizerFactory.Need;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Initializer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether two networks give what a method and its losses ask of them, before anything is trained.
 *
 * @param method for messages
 * @param needs of the method itself
 * @param terms of its losses
 */
public record MethodCheck(PluginIdentity method, Set<Need> needs, List<WeightedTerm<?>> terms) {

    private static final int IMAGES = 2;

    /** What is missing, in a sentence; empty where nothing is. */
    public Optional<String> missing(Network teacher, Network student, ImageShape shape, RandomStream random) {
        try (TensorScope _ = TensorScope.open()) {
            Tensor images = Initializer.normal(0, 1)
                    .values(
                            new long[] {IMAGES, shape.channels(), shape.height(), shape.width()},
                            random.at("dry pass", 0))
                    .to(teacher.parameters().device());
            Set<Recorded> taught = TeacherGifts.of(teacher, images);
            Set<Recorded> learnt = TeacherGifts.of(student, images);
            for (Need need : needs) {
                Optional<String> missing = missing(need, taught, learnt);
                if (missing.isPresent()) {
                    return missing.map(what -> method + " needs " + what);
                }
            }
            for (WeightedTerm<?> term : terms) {
                Optional<String> missing = TeacherGifts.missing(taught, term.needs());
                if (missing.isPresent()) {
                    return missing.map(what -> term.identity() + " of " + method + " needs " + what
                            + "; take a method that needs none, such as dfad or zskt, or another teacher");
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> missing(Need need, Set<Recorded> taught, Set<Recorded> learnt) {
        return switch (need) {
            case TEACHER_BATCH_NORM ->
                TeacherGifts.missing(taught, Set.of(LossTerm.Need.BATCH_NORM_INPUTS))
                        .map(what ->
                                what + "; take a method that needs none, such as dfad or zskt, or another teacher");
            case TEACHER_FEATURES -> TeacherGifts.missing(taught, Set.of(LossTerm.Need.TEACHER_FEATURES));
            case TEACHER_LAYERS -> TeacherGifts.missing(taught, Set.of(LossTerm.Need.TEACHER_LAYERS));
            case STUDENT_FEATURES ->
                learnt.contains(Recorded.FEATURES)
                        ? Optional.empty()
                        : Optional.of("the student's features, and the student hands none to Pass.features; take"
                                + " another student");
            case STUDENT_LAYERS ->
                learnt.contains(Recorded.LAYERS)
                        ? Optional.empty()
                        : Optional.of(
                                "the student's layers, and the student hands none to Pass.layer; take another student");
        };
    }
}
