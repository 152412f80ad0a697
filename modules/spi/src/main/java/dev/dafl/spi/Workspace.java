package dev.dafl.spi;

import dev.dafl.tensor.Device;
import dev.dafl.tensor.RandomStream;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Network;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.optim.LearningRate;
import dev.dafl.tensor.optim.OptimizerOptions;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Where a plugin keeps what lasts longer than a step. All that it makes here has a name, belongs to the engine, which frees it
 * after the run, stands in each checkpoint, and is as it was when a run is taken up again: whether a plugin asks for it when it
 * is started or later makes no difference. A name that was given already gives the same thing again.
 */
@ProviderType
public interface Workspace {

    /** The shape of the teacher's input. */
    ImageShape shape();

    int classes();

    /** What the teacher's images are normalised with. */
    Dataset.Normalization normalization();

    /** Where tensors have to be. */
    Device device();

    /** From which all that is random follows, by purpose and counter. */
    RandomStream random();

    /**
     * A network that the plugin builds, with first values that follow from the run's seed and the name.
     *
     * @param build as a network's factory does
     */
    Network network(String name, Function<ParameterPath, Layer> build);

    /**
     * Gives a network of this workspace first values anew.
     *
     * @param network that this workspace made
     * @param number from 1; each has values of its own
     */
    void renew(Network network, long number);

    /**
     * Trains tensors that ask for gradients.
     *
     * @param parameters of a network of this workspace, or tensors of it
     * @param rate by the steps that it has taken
     */
    Learner learner(String name, List<Tensor> parameters, OptimizerOptions options, LearningRate rate);

    /**
     * A tensor that stays. It changes where the plugin copies into it; its shape stays.
     *
     * @param initial its first value, which is copied to the device; asked for where it is not yet there
     */
    Tensor tensor(String name, Supplier<Tensor> initial);

    /** A number that stays, 0 at first. */
    Counter counter(String name);

    /**
     * Rows that stay, in memory; where there are as many as fit, the newest take the places of the oldest.
     *
     * @param capacity how many, above 0
     * @param row the shape of one, such as {@code d} or {@code c, h, w}
     */
    Rows rows(String name, long capacity, long... row);

    /**
     * Images that stay: in a file of the run's folder, not in memory, as bytes like those of any image file.
     *
     * @param capacity how many; older ones leave when there are more
     */
    Bank bank(String name, long capacity);

    /** Tensors that are being trained. */
    @ProviderType
    interface Learner {

        /**
         * Changes the tensors by the gradients that backward has left, and takes these away. A tensor without one stays as it
         * is.
         */
        void step();

        /** As {@link #step()} with all gradients together shortened to a Euclidean length of {@code maxNorm} where they are longer. */
        void step(double maxNorm);

        /** Forgets gradients without a step. */
        void zeroGrad();

        /** Forgets what it has gathered and begins with its rate anew. */
        void restart();
    }

    /** A whole number that stays. */
    @ProviderType
    interface Counter {

        long get();

        void set(long value);
    }

    /** Rows of which the newest are kept. */
    @ProviderType
    interface Rows {

        /** How many there are. */
        long size();

        /**
         * Adds rows, as they are now.
         *
         * @param rows {@code [n, ...]} with n at most as many as fit
         * @throws IllegalArgumentException for more, or for rows of another shape
         */
        void add(Tensor rows);

        /**
         * Those that are there now, in no order that means anything.
         *
         * @return float32 {@code [size, ...]}, a view: rows that are added later may take the places of these, and are not in it
         *     otherwise. Copy what a gradient needs before adding more.
         */
        Tensor all();
    }

    /** A growing store of images. */
    @ProviderType
    interface Bank {

        /** How many there are. */
        long size();

        /**
         * Adds images. Their values are brought to pixels of 0 to 255 and cut off there.
         *
         * @param images {@code [n, c, h, w]} as the teacher sees them
         * @param labels int64 {@code [n]}; none where they have none
         */
        void add(Tensor images, Optional<Tensor> labels);

        /**
         * Images drawn evenly from all.
         *
         * @param count of them, above 0; there must be at least one image
         * @return as the teacher sees them, with labels where all that were added had some
         */
        TransferSet.TransferBatch draw(int count, RandomGenerator random);
    }
}
