package dev.dafl.plugins.vgg;

import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.List;

/**
 * Simonyan and Zisserman, <i>Very Deep Convolutional Networks for Large-Scale Image Recognition</i> (2014): 3x3 convolutions,
 * with batch norm or without, and five maximum poolings; what follows is the {@link Head}'s. What each pooling gives are the
 * layers {@code stage1} to {@code stage5}. Names and initial values are
 * those of torchvision's networks, such as {@code vgg11_bn}, but for those of the small head.
 *
 * @param stages convolutions in order
 */
record Vgg(List<Stage> stages, Layer head) implements Layer {

    /**
     * What networks of the family differ in.
     *
     * @param name of the plugin, for messages
     * @param channels of the convolutions in order, grouped by the pooling after them
     * @param units of each of the two hidden layers that the head for large images has
     */
    record Plan(String name, List<List<Integer>> channels, int units) {

        private static final int UNITS = 4096;

        static Plan of(String name, List<List<Integer>> channels) {
            return new Plan(name, channels, UNITS);
        }
    }

    static Vgg create(ParameterPath path, Plan plan, ImageShape input, int classes, VggOptions options) {
        options.head().check(plan.name(), input);
        ParameterPath features = path.sub("features");
        List<Stage> stages = new ArrayList<>();
        int in = input.channels();
        // torchvision counts every layer: convolution, batch norm, ReLU and pooling.
        int number = 0;
        for (List<Integer> group : plan.channels()) {
            for (int i = 0; i < group.size(); i++) {
                boolean pooled = i == group.size() - 1;
                stages.add(Stage.of(features, number, in, group.get(i), options.batchNorm(), pooled));
                in = group.get(i);
                number += options.batchNorm() ? 3 : 2;
            }
            number++;
        }
        return new Vgg(List.copyOf(stages), options.head().of(path.sub("classifier"), in, plan.units(), classes));
    }

    @Override
    public Tensor forward(Tensor images, Pass pass) {
        Tensor x = images;
        int poolings = 0;
        for (Stage stage : stages) {
            x = stage.forward(x, pass);
            if (stage.pooled()) {
                poolings++;
                pass.layer("stage" + poolings, x);
            }
        }
        return head.forward(x, pass);
    }
}
