package dev.dafl.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.dafl.tensor.Tensor;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** ONNX Runtime with a model of one input, on the CPU, in float32. */
record Runtime(OrtSession session) implements AutoCloseable {

    static Runtime of(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return new Runtime(OrtEnvironment.getEnvironment().createSession(file.toString(), options));
        }
    }

    private long[] shape() throws OrtException {
        NodeInfo input = session.getInputInfo().values().iterator().next();
        return ((TensorInfo) input.getInfo()).getShape();
    }

    boolean one() throws OrtException {
        return shape()[0] == 1;
    }

    boolean isFlat() throws OrtException {
        return shape().length == 2;
    }

    boolean isChannelsLast() throws OrtException {
        long[] shape = shape();
        return shape.length == 4 && shape[3] <= 4 && shape[1] > 4;
    }

    /** The first output of floating numbers; of a list of maps, the numbers in the maps. */
    Tensor run(Tensor input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        String name = session.getInputNames().iterator().next();
        try (OnnxTensor given =
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(input.toFloats()), input.shape());
                OrtSession.Result result = session.run(Map.of(name, given))) {
            for (Map.Entry<String, OnnxValue> output : result) {
                if (output.getValue() instanceof OnnxTensor tensor && tensor.getInfo().type == OnnxJavaType.FLOAT) {
                    FloatBuffer values = tensor.getFloatBuffer();
                    float[] floats = new float[values.remaining()];
                    values.get(floats);
                    return Tensor.of(floats, tensor.getInfo().getShape());
                }
            }
            return maps(result, (int) input.size(0));
        }
    }

    private static Tensor maps(OrtSession.Result result, int count) throws OrtException {
        for (Map.Entry<String, OnnxValue> output : result) {
            if (output.getValue() instanceof OnnxSequence sequence) {
                float[] floats = new float[0];
                for (OnnxValue map : sequence.getValue()) {
                    // In the order of the labels, as these sort.
                    var sorted = new TreeMap<Object, Object>((Map<?, ?>) map.getValue());
                    int at = floats.length;
                    floats = Arrays.copyOf(floats, at + sorted.size());
                    for (Object probability : sorted.values()) {
                        floats[at++] = (float) probability;
                    }
                }
                return Tensor.of(floats, count, floats.length / count);
            }
        }
        throw new IllegalStateException("no output of floating numbers");
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
