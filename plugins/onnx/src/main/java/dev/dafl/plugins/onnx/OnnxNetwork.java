package dev.dafl.plugins.onnx;

import dev.dafl.onnx.OnnxModel;
import dev.dafl.spi.Dataset;
import dev.dafl.spi.Declared;
import dev.dafl.spi.ImageShape;
import dev.dafl.tensor.nn.Layer;
import dev.dafl.tensor.nn.ParameterPath;
import java.io.IOException;

/** What the teacher and the student have in common. */
final class OnnxNetwork {

    static final String NAME = "onnx";

    private OnnxNetwork() {}

    static Layer create(ParameterPath path, ImageShape input, int classes, Options options) {
        try {
            return options.read()
                    .network(path, input.channels(), input.height(), input.width(), classes, options.weights());
        } catch (IOException e) {
            // The path is the user's, and so is the mistake in it.
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    static Declared declared(Options options) throws IOException {
        OnnxModel model = options.read();
        return new Declared(
                model.channels(),
                model.height(),
                model.width(),
                model.classes(),
                model.classNames(),
                model.normalization().map(n -> new Dataset.Normalization(n.mean(), n.std())),
                options.weights() == OnnxModel.Weights.FILE);
    }
}
