package dev.dafl.spi;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import java.io.IOException;
import org.osgi.annotation.versioning.ProviderType;

/** What a transfer set may be made from. The engine gives one to {@link TransferSetFactory#create}. */
@ProviderType
public interface TransferSource {

    /** The shape of the teacher's input. */
    ImageShape shape();

    int classes();

    /** Where the images have to be. */
    Device device();

    /** From which all that is random in the making follows. */
    RandomStream random();

    /** The images that the teacher was trained on, resized and normalised as it saw them, as a set. */
    TransferSet original();

    /**
     * The training images of another dataset, resized and normalised as the teacher's input is.
     *
     * @param dataset one of those that {@link TransferSetFactory#datasets} names
     * @param border black pixels of the teacher's input that are left on every side of an image, 0 for none
     * @throws IllegalArgumentException when it is none of those, or the border leaves no room for its images
     */
    TransferSet dataset(PluginReference dataset, int border);

    /** The frozen teacher; gradients pass through it into the images. */
    Judgement judge(Tensor images);

    /**
     * What the teacher's activations are like on the images that it was trained on. For a set that names
     * {@link TransferSetFactory.Need#ACTIVATION_STATISTICS}.
     *
     * @throws IOException when they are not there or cannot be read, in one sentence that says what to do
     */
    ActivationStatistics statistics() throws IOException;

    /**
     * What the teacher says of images.
     *
     * @param logits float32 {@code [n, k]}
     * @param features float32 {@code [n, d]}, what enters its last stage of fully connected layers
     */
    record Judgement(Tensor logits, Tensor features) {}

    /**
     * Mean and standard deviation of a teacher's activations over the training images of each class: the meta-data of Lopes et
     * al. (Data-Free Knowledge Distillation for Deep Neural Networks, 2017).
     *
     * @param featureMean float32 {@code [k, d]}
     * @param featureStd float32 {@code [k, d]}
     * @param logitMean float32 {@code [k, k]}
     * @param logitStd float32 {@code [k, k]}
     */
    record ActivationStatistics(Tensor featureMean, Tensor featureStd, Tensor logitMean, Tensor logitStd) {}
}
