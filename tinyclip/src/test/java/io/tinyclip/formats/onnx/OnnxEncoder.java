package io.tinyclip.formats.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Map;

/** An exported tower in ONNX Runtime, on one thread. */
final class OnnxEncoder implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final OrtSession session;

    OnnxEncoder(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            this.session = ENVIRONMENT.createSession(file.toString(), options);
        }
    }

    Map<String, String> metadata() throws OrtException {
        return session.getMetadata().getCustomMetadata();
    }

    /** @return (N, E) */
    float[] run(float[] pixels, long... shape) throws OrtException {
        return run(OnnxTensor.createTensor(ENVIRONMENT, FloatBuffer.wrap(pixels), shape));
    }

    /** @return (N, E) */
    float[] run(long[] tokens, long... shape) throws OrtException {
        return run(OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(tokens), shape));
    }

    private float[] run(OnnxTensor input) throws OrtException {
        String name = session.getInputNames().iterator().next();
        try (input;
                OrtSession.Result result = session.run(Map.of(name, input))) {
            FloatBuffer values = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] floats = new float[values.remaining()];
            values.get(floats);
            return floats;
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
