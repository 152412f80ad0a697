package dev.dafl.onnx.network;

import dev.dafl.onnx.graph.OnnxException;
import dev.dafl.onnx.graph.Shown;
import dev.dafl.onnx.operators.Sizes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How a graph that was exported for batches of one size is run with others. Shapes that the exporter wrote into it hold that
 * size. In which dimension of each value the images of a batch are, two runs with batches of different sizes show: it is the
 * one that differs. A dimension may hold other things too, as the product of places and images that some attention layers
 * make; then what lies around the images is followed from where they were joined.
 */
final class Batches {

    private final long exported;
    private final Map<String, Integer> dims = new HashMap<>();
    private final Map<String, Long> outer = new HashMap<>();

    /**
     * A shape for the batch at hand.
     *
     * @param outer how many there are of what lies outside of the images in their dimension
     */
    record Grown(long[] shape, long outer) {}

    /** @param exported the one size of batches; 0 for a graph that takes any */
    Batches(long exported) {
        this.exported = exported;
    }

    /** Whether shapes in the graph must be changed. */
    boolean areOfOneSize() {
        return exported > 0;
    }

    long exported() {
        return exported;
    }

    /** Compares the shapes that a value has in two runs. */
    void compare(String name, long[] one, long[] other) {
        int found = -1;
        for (int i = 0; i < one.length; i++) {
            if (i >= other.length || one[i] != other[i]) {
                if (found >= 0) {
                    throw cannot();
                }
                found = i;
            }
        }
        dims.put(name, found);
    }

    /** What lies outside of the images in the dimension where a value has them; 1 where only they begin it. */
    long outer(String name) {
        return outer.getOrDefault(name, 1L);
    }

    void put(String name, long outerOfIt) {
        outer.put(name, outerOfIt);
    }

    /** The shape that a value had when the graph was exported. */
    long[] exported(String name, long[] shape, long images) {
        int dim = dims.getOrDefault(name, -1);
        if (!areOfOneSize() || dim < 0) {
            return shape;
        }
        return Sizes.with(shape, dim, shape[dim] / images * exported);
    }

    /**
     * A shape that is made of a value's exported one, for this many images.
     *
     * @param shape the value's exported one
     * @param made what is made of it
     */
    Grown forImages(String name, long[] shape, long[] made, long images) {
        int dim = dims.getOrDefault(name, -1);
        if (!areOfOneSize() || dim < 0) {
            return new Grown(made, 1);
        }
        // Of the elements in their order, the images come after so many.
        long before = Sizes.count(Arrays.copyOf(shape, dim)) * outer(name);
        int place = place(made, before);
        long[] grown = Sizes.with(made, place, made[place] / exported * images);
        return new Grown(grown, before / Sizes.count(Arrays.copyOf(made, place)));
    }

    /**
     * The dimension that holds the images. Those of batches of one may be in two: then a dimension of their own goes first; one
     * that they begin goes next, if it is not the last, which is that of features; then one that they end.
     */
    private int place(long[] made, long before) {
        int begun = -1;
        int ended = -1;
        long passed = 1;
        for (int i = 0; i < made.length; i++) {
            long next = passed * made[i];
            if (next > 0 && before % passed == 0 && next % (before * exported) == 0) {
                if (passed == before && made[i] == exported) {
                    return i;
                }
                if (passed == before) {
                    begun = i;
                } else {
                    ended = i;
                }
            }
            passed = next;
        }
        if (begun >= 0 && (begun < made.length - 1 || ended < 0)) {
            return begun;
        }
        if (ended < 0) {
            throw new OnnxException("it makes the shape " + Shown.shape(made) + ", and " + cannot().getMessage());
        }
        return ended;
    }

    OnnxException cannot() {
        return new OnnxException("the graph was exported for batches of exactly " + exported
                + " and does not compute others; export it with a batch of any size (dynamic_axes or dynamic_shapes"
                + " of torch.onnx.export)");
    }
}
