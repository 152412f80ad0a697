package dev.dafl.plugins.kd;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.DistillationLoss;
import dev.dafl.spi.Ramp;
import dev.dafl.spi.Range;
import dev.dafl.spi.Ranges;
import dev.dafl.tensor.Tensor;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;

/**
 * Where the networks look, besides what they say (Zagoruyko and Komodakis, <i>Paying More Attention to Attention</i>, 2017):
 * T^2 KL(softmax(y_T / T) || softmax(y_S / T)) as {@link KnowledgeDistillation}, and weight times the sum over the layers of the
 * mean of (a_T - a_S)^2. The attention a of a layer's activations {@code [n, c, h, w]} is the mean of their squares over the
 * channels, {@code [n, h w]}, which is brought to the Euclidean length 1 for each image; one of zeros stays so. Micaelli and
 * Storkey's student (<i>Zero-shot Knowledge Transfer</i>, 2019) learns by it, with T = 1.
 *
 * <p>The layers are those that the two networks hand to {@link dev.dafl.tensor.nn.Pass#layer}, the first of one with the first
 * of the other and so on: there must be as many, and of the same height and width.
 */
@ServiceProvider(DistillationLoss.class)
public final class AttentionTransfer implements DistillationLoss<AttentionTransfer.Options> {

    /**
     * @param temperature above 0, as of {@link KnowledgeDistillation}; it may change over the training
     * @param weight of the attention, 0 or more
     */
    public record Options(
            @Range(above = 0) Ramp temperature,
            @Range(min = 0) double weight) {

        public Options {
            Ranges.require(Options.class, temperature, weight);
        }
    }

    @Override
    public String name() {
        return "attention-transfer";
    }

    @Override
    public String description() {
        return "knowledge distillation, and where in the image each layer of the two networks is active";
    }

    @Override
    public Options defaults() {
        return new Options(Ramp.constant(1), 250);
    }

    @Override
    public Set<Need> needs(Options options) {
        return Set.of(Need.LAYERS);
    }

    /** @throws IllegalArgumentException when the layers of the two networks do not go together */
    @Override
    public Tensor compute(DistillationBatch batch, Options options) {
        SequencedMap<String, Tensor> student = batch.studentLayers();
        SequencedMap<String, Tensor> teacher = batch.teacherLayers();
        if (student.isEmpty() || student.size() != teacher.size()) {
            throw new IllegalArgumentException("attention-transfer compares layer by layer, and the teacher hands out "
                    + teacher.size() + " (" + String.join(", ", teacher.keySet()) + ") and the student "
                    + student.size()
                    + " (" + String.join(", ", student.keySet())
                    + "); take networks of one family, or the loss knowledge-distillation");
        }
        Tensor loss = SoftenedPredictions.divergence(batch, options.temperature());
        Iterator<Map.Entry<String, Tensor>> others = teacher.entrySet().iterator();
        for (Map.Entry<String, Tensor> layer : student.entrySet()) {
            Tensor difference = difference(layer, others.next());
            loss = loss.add(difference.mul(options.weight()));
        }
        return loss;
    }

    private static Tensor difference(Map.Entry<String, Tensor> student, Map.Entry<String, Tensor> teacher) {
        Tensor of = student.getValue();
        Tensor from = teacher.getValue();
        if (of.dim() != 4 || from.dim() != 4 || of.size(2) != from.size(2) || of.size(3) != from.size(3)) {
            throw new IllegalArgumentException("attention-transfer compares layers [n, c, h, w] of the same height and"
                    + " width, and the teacher's " + teacher.getKey() + " is " + Arrays.toString(from.shape())
                    + " and the student's " + student.getKey() + " " + Arrays.toString(of.shape())
                    + "; take networks of one family, or the loss knowledge-distillation");
        }
        return attention(of).sub(attention(from)).square().mean();
    }

    /** {@code [n, c, h, w]} to {@code [n, h w]}. */
    private static Tensor attention(Tensor activations) {
        Tensor map = activations.square().mean(false, 1).flatten(1);
        Tensor squares = map.square().sum(true, 1);
        // Zeros are divided by 1: the root of 0 has no finite gradient.
        Tensor nothing = squares.eq(Tensor.scalar(0, squares.dtype())).to(squares.dtype());
        return map.div(squares.add(nothing).sqrt());
    }
}
