package dev.dafl.plugins.resnet;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Functional;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import dev.dafl.tensor.nn.Sequential;
import java.util.ArrayList;
import java.util.List;

/**
 * He, Zhang, Ren and Sun, <i>Deep Residual Learning for Image Recognition</i> (2015): {@code [n, c, h, w]}; a stem; stages of
 * blocks, each but the first halving height and width and doubling the channels; the mean of each channel, which are the
 * features {@code [n, d]}; one fully connected layer. What each stage gives are the layers {@code layer1} and so on.
 *
 * @param stages the blocks of each
 */
record ResNet(Layer stem, List<Sequential> stages, Linear fc) implements Layer {

    /** Makes a block of {@code width} channels, or of more where its kind widens. */
    @FunctionalInterface
    interface Block {

        Layer of(ParameterPath path, int in, int width, int stride);
    }

    /**
     * What networks of the family differ in.
     *
     * @param name of the plugin, for messages
     * @param channels of the stem and the first stage
     * @param blocks how many each stage has
     * @param expansion how many times its width a block gives out
     * @param head the name of the fully connected layer
     */
    record Plan(String name, Stem stem, int channels, List<Integer> blocks, Block block, int expansion, String head) {

        /** ImageNet's networks, with torchvision's names and initial values. */
        static Plan basic(String name, Stem stem, List<Integer> blocks) {
            return new Plan(
                    name,
                    stem,
                    64,
                    blocks,
                    (path, in, width, stride) -> BasicBlock.of(path, in, width, stride, Shortcut.PROJECTION),
                    1,
                    "fc");
        }

        /** The deeper ones. */
        static Plan bottleneck(String name, Stem stem, List<Integer> blocks) {
            return new Plan(
                    name,
                    stem,
                    64,
                    blocks,
                    (path, in, width, stride) -> BottleneckBlock.of(path, in, width, stride, Shortcut.PROJECTION),
                    BottleneckBlock.EXPANSION,
                    "fc");
        }

        /** Images of this size and larger have a pixel left in the last stage. */
        int smallest() {
            return 1 << (stem.halvings() + blocks.size() - 1);
        }
    }

    static ResNet create(ParameterPath path, Plan plan, ImageShape input, int classes) {
        int smallest = plan.smallest();
        if (input.height() < smallest || input.width() < smallest) {
            throw new IllegalArgumentException(plan.name() + " takes images of " + smallest + "x" + smallest
                    + " and larger, not " + input.height() + "x" + input.width() + "; set data.image-size: 32");
        }
        Layer stem = plan.stem().of(path, input.channels(), plan.channels());
        List<Sequential> stages = new ArrayList<>();
        int in = plan.channels();
        for (int stage = 0; stage < plan.blocks().size(); stage++) {
            int width = plan.channels() << stage;
            List<Layer> blocks = new ArrayList<>();
            for (int block = 0; block < plan.blocks().get(stage); block++) {
                int stride = stage > 0 && block == 0 ? 2 : 1;
                blocks.add(plan.block().of(path.sub(name(stage)).sub(block), in, width, stride));
                in = plan.expansion() * width;
            }
            stages.add(new Sequential(blocks));
        }
        return new ResNet(stem, List.copyOf(stages), Linear.of(path.sub(plan.head()), in, classes));
    }

    private static String name(int stage) {
        return "layer" + (stage + 1);
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor x = stem.forward(images, pass);
        for (int stage = 0; stage < stages.size(); stage++) {
            x = stages.get(stage).forward(x, pass);
            pass.layer(name(stage), x);
        }
        Tensor features = Functional.adaptiveAvgPool2d(x, 1, 1).flatten(1);
        pass.features(features);
        return fc.forward(features, pass);
    }
}
