package dev.dafl.engine.training;

import dev.dafl.spi.LossTerm.Need;
import dev.dafl.tensor.GradMode;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.TensorScope;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** What a network gives besides its logits. */
final class TeacherGifts {

    private TeacherGifts() {}

    /**
     * What of the needs a teacher does not give, in words that end with that; empty where it gives all.
     *
     * @param images {@code [n, c, h, w]} to look at
     */
    static Optional<String> missing(Network teacher, Tensor images, Set<Need> needs) {
        return missing(of(teacher, images), needs);
    }

    /** @param given of a teacher */
    static Optional<String> missing(Set<Recorded> given, Set<Need> needs) {
        if (needs.contains(Need.TEACHER_FEATURES) && !given.contains(Recorded.FEATURES)) {
            return Optional.of("the teacher's features, and the teacher hands none to Pass.features");
        }
        if (needs.contains(Need.TEACHER_LAYERS) && !given.contains(Recorded.LAYERS)) {
            return Optional.of("the teacher's layers, and the teacher hands none to Pass.layer");
        }
        if (needs.contains(Need.BATCH_NORM_INPUTS) && !given.contains(Recorded.BATCH_NORM_INPUTS)) {
            return Optional.of("what enters the teacher's batch-norm layers, and the teacher has none (or they were"
                    + " folded into its convolutions)");
        }
        return Optional.empty();
    }

    /** What a network gives when it is asked for all. */
    static Set<Recorded> of(Network network, Tensor images) {
        Set<Recorded> given = EnumSet.noneOf(Recorded.class);
        try (TensorScope _ = TensorScope.open();
                GradMode _ = GradMode.disabled()) {
            Pass pass =
                    Pass.evaluate().recording(Set.of(Recorded.FEATURES, Recorded.LAYERS, Recorded.BATCH_NORM_INPUTS));
            network.forward(images, pass);
            if (pass.features().isPresent()) {
                given.add(Recorded.FEATURES);
            }
            if (!pass.layers().isEmpty()) {
                given.add(Recorded.LAYERS);
            }
            if (!pass.batchNormInputs().isEmpty()) {
                given.add(Recorded.BATCH_NORM_INPUTS);
            }
        }
        return given;
    }
}
