package dev.dafl.onnx.export;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;

/** A model in ONNX Runtime. */
final class Runtime implements AutoCloseable {

    private final OrtSession session;

    /** What a model gave. */
    record Result(long[] shape, double[] elements) {}

    Runtime(OnnxModel model) throws OrtException {
        try (SessionOptions options = new SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = OrtEnvironment.getEnvironment().createSession(model.toBytes(), options);
        }
    }

    Result run(float[] images, long... shape) throws OrtException {
        return run(OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(images), shape));
    }

    Result run(byte[] images, long... shape) throws OrtException {
        return run(OnnxTensor.createTensor(
                OrtEnvironment.getEnvironment(), ByteBuffer.wrap(images), shape, ai.onnxruntime.OnnxJavaType.UINT8));
    }

    Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    private Result run(OnnxTensor input) throws OrtException {
        try (input;
                OrtSession.Result results =
                        session.run(Map.of(session.getInputNames().iterator().next(), input))) {
            OnnxTensor output = (OnnxTensor) results.get(0);
            TensorInfo info = output.getInfo();
            double[] elements = new double[(int) info.getNumElements()];
            switch (info.type) {
                case FLOAT -> fill(elements, output.getFloatBuffer()::get);
                case DOUBLE -> fill(elements, output.getDoubleBuffer()::get);
                case INT64 -> fill(elements, output.getLongBuffer()::get);
                case INT32 -> fill(elements, output.getIntBuffer()::get);
                case BOOL, UINT8, INT8 -> fill(elements, output.getByteBuffer()::get);
                default -> throw new IllegalStateException("output of " + info.type);
            }
            return new Result(info.getShape(), elements);
        }
    }

    private interface Elements {
        double get(int index);
    }

    private static void fill(double[] elements, Elements from) {
        for (int i = 0; i < elements.length; i++) {
            elements[i] = from.get(i);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
