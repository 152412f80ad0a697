package dev.dafl.plugins.adversarial;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.GeneratedBatch;
import dev.dafl.spi.LossTerm;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.Tensor;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for images on which the student is not yet like the teacher: the smaller, the further apart their logits s and t,
 * {@code [n, k]}, are. While a method warms up the student knows nothing, and the loss is 0. The {@link Form}s are what methods call far. Gradients flow through both networks into the images.
 */
@ServiceProvider(LossTerm.class)
public final class Adversarial implements LossTerm<Adversarial.Options> {

    /**
     * @param form how the distance is measured; {@code kl}
     * @param temperature T that logits are divided by before the softmax, above 0; that of the form, 1 for {@code kl} and
     *     {@code masked}, 3 for {@code js}. {@code l1} has none
     */
    public record Options(Form form, @Range(above = 0) Optional<Double> temperature) {

        public Options {
            Ranges.require(Options.class, form, temperature);
            if (temperature.isPresent() && form == Form.L1) {
                throw new IllegalArgumentException(
                        "temperature is for the forms kl, masked and js; l1 compares the logits"
                                + " as they are, so leave it out");
            }
        }
    }

    @Override
    public String name() {
        return "adversarial";
    }

    @Override
    public String description() {
        return "how like the teacher the student is on the images; form: kl, l1, masked or js";
    }

    @Override
    public Options defaults() {
        return new Options(Form.KL, Optional.empty());
    }

    @Override
    public Set<Need> needs(Options options) {
        return Set.of(Need.STUDENT_LOGITS);
    }

    @Override
    public Tensor compute(GeneratedBatch batch, Options options) {
        Form form = options.form();
        Tensor loss = form.loss(
                batch.studentLogits(),
                batch.teacherLogits(),
                options.temperature().orElse(form.temperature()));
        return batch.warmUp() ? loss.mul(0) : loss;
    }
}
