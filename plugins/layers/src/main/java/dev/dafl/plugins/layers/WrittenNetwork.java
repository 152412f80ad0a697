package dev.dafl.plugins.layers;

import aQute.bnd.annotation.spi.ServiceProvider;
import dev.dafl.spi.ImageShape;
import dev.dafl.spi.OptionException;
import dev.dafl.spi.StudentFactory;
import dev.dafl.spi.TeacherFactory;
import dev.dafl.tensor.Tensor;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.Linear;
import dev.dafl.tensor.nn.ParameterPath;
import dev.dafl.tensor.nn.Pass;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A network as a file lists its layers, one after another. What enters a layer need not be written; a linear layer to the
 * classes is added behind the last one, and what enters that is the features. Parameters have the names and the initial values
 * that PyTorch's {@code Sequential} of the same layers gives them, the added layer's number being how many are listed.
 */
@ServiceProvider(TeacherFactory.class)
@ServiceProvider(StudentFactory.class)
public final class WrittenNetwork
        implements TeacherFactory<WrittenNetwork.Options>, StudentFactory<WrittenNetwork.Options> {

    /**
     * @param layers each a word such as {@code relu}, or a table of one word with its main number or its options, such as
     *     {@code {max-pool: 2}} or {@code {conv: {out: 32, kernel: 3, padding: 1}}}
     */
    public record Options(List<Object> layers) {

        public Options {
            layers = Collections.unmodifiableList(new ArrayList<>(layers));
            LayerList.read(layers);
        }
    }

    @Override
    public String name() {
        return "layers";
    }

    @Override
    public String description() {
        return "a network written layer by layer; these are its layers, such as they are named: "
                + String.join(", ", Kind.names());
    }

    @Override
    public Options defaults() {
        return new Options(List.of(
                conv(32),
                "batch-norm",
                "relu",
                Map.of("max-pool", 2),
                conv(64),
                "batch-norm",
                "relu",
                Map.of("max-pool", 2),
                conv(128),
                "batch-norm",
                "relu",
                "global-avg-pool",
                "flatten"));
    }

    @Override
    public Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        LayerList layers = LayerList.read(options.layers());
        Spec.Built body = layers.build(path, new Shape.Picture(input.channels(), input.height(), input.width()));
        long features = body.output().count();
        Weights.check(
                problem -> OptionException.at(
                        "layers",
                        "the linear layer from " + body.output() + " to the classes " + problem
                                + "; global-avg-pool before it leaves one number of each channel"),
                features,
                classes);
        return new Classifier(body.layer(), Linear.of(path.sub(layers.layers().size()), features, classes));
    }

    private static Map<String, Object> conv(int out) {
        Map<String, Object> options = new LinkedHashMap<>();
        options.put("out", out);
        options.put("kernel", 3);
        options.put("padding", 1);
        options.put("bias", false);
        return Map.of("conv", options);
    }

    private record Classifier(Layer body, Linear head) implements Layer {

        @Override
        public Tensor forward(Tensor images, Pass pass) {
            Tensor features = body.forward(images, pass).flatten(1);
            pass.features(features);
            return head.forward(features, pass);
        }
    }
}
