package dev.dafl.onnx.network;

import dev.dafl.onnx.operators.Arg;
import dev.dafl.onnx.operators.Frame;
import dev.dafl.onnx.operators.Step;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Pass.Recorded;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What is done with batches of one shape: steps in a row, and after each what no later step reads is freed, so that without
 * gradients only what is still needed lies in memory.
 *
 * @param steps in their order
 * @param slots how many values a pass has
 * @param result its slot
 * @param features what the last layer of weights takes
 * @param multiplyAdds of all steps
 * @param constants that this plan alone has
 */
record Plan(
        List<Done> steps,
        int slots,
        int result,
        Optional<Features> features,
        long multiplyAdds,
        List<Tensor> constants) {

    /** The place of the images. */
    static final int IMAGES = 0;

    /**
     * A step.
     *
     * @param outputs slots
     * @param reads slots
     * @param recorded whether a pass may record the first that it reads, as of batch norms
     * @param frees slots that no later step reads
     * @param freesUnrecorded likewise, where the pass does not record what enters batch norms
     */
    record Done(Step step, int[] outputs, int[] reads, boolean recorded, int[] frees, int[] freesUnrecorded) {

        void run(Frame frame) {
            List<Tensor> made = step.run(frame);
            for (int i = 0; i < outputs.length; i++) {
                frame.set(outputs[i], made.get(i));
            }
        }
    }

    /**
     * Activations that a classifier hands out.
     *
     * @param before the step that takes them
     * @param places whether they are of each place, {@code [n, c, places...]}, so that their mean is handed out
     */
    record Features(int before, Arg activations, boolean places) {

        void tell(Frame frame) {
            Tensor all = frame.get(activations);
            Tensor features = places ? all.flatten(2).mean(false, 2) : all.dim() == 2 ? all.alias() : all.flatten(1);
            frame.pass().features(features);
        }
    }

    /** @param steps without what they free */
    static Plan of(
            List<Done> steps,
            int slots,
            int result,
            Optional<Features> features,
            long multiplyAdds,
            List<Tensor> constants) {
        BitSet recorded = new BitSet(slots);
        steps.stream().filter(Done::recorded).forEach(done -> recorded.set(done.reads()[0]));
        BitSet needed = new BitSet(slots);
        // The images are the caller's, and so will the result be.
        needed.set(IMAGES);
        needed.set(result);
        Done[] freeing = new Done[steps.size()];
        for (int i = freeing.length - 1; i >= 0; i--) {
            Done done = steps.get(i);
            int[] last = IntStream.concat(IntStream.of(done.reads()), IntStream.of(done.outputs()))
                    .filter(slot -> !needed.get(slot))
                    .toArray();
            IntStream.of(done.reads()).forEach(needed::set);
            freeing[i] = new Done(
                    done.step(),
                    done.outputs(),
                    done.reads(),
                    done.recorded(),
                    IntStream.of(last).filter(slot -> !recorded.get(slot)).toArray(),
                    IntStream.of(last).filter(recorded::get).toArray());
        }
        return new Plan(List.of(freeing), slots, result, features, multiplyAdds, List.copyOf(constants));
    }

    /** @return a new tensor of the innermost scope */
    Tensor run(Tensor images, Pass pass) {
        Frame frame = new Frame(slots, pass);
        frame.set(IMAGES, images);
        boolean recording = pass.records(Recorded.BATCH_NORM_INPUTS);
        int telling =
                pass.records(Recorded.FEATURES) ? features.map(Features::before).orElse(-1) : -1;
        for (int i = 0; i < steps.size(); i++) {
            if (i == telling) {
                features.orElseThrow().tell(frame);
            }
            Done done = steps.get(i);
            done.run(frame);
            for (int slot : done.frees()) {
                frame.free(slot);
            }
            if (!recording) {
                for (int slot : done.freesUnrecorded()) {
                    frame.free(slot);
                }
            }
        }
        pass.multiplyAdds(multiplyAdds);
        return result == IMAGES ? images.alias() : frame.get(result);
    }

    void close() {
        constants.forEach(Tensor::close);
    }
}
