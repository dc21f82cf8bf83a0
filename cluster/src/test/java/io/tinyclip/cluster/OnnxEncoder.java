package io.tinyclip.cluster;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import io.tinyclip.text.Tokenizer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An exported tower as a user of ONNX Runtime feeds it. */
final class OnnxEncoder implements AutoCloseable {
    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();
    private static final int COLOURS = 3;
    private static final double WHITE = 255;

    private final OrtSession session;

    OnnxEncoder(Path file) throws OrtException {
        this.session = ENVIRONMENT.createSession(file.toString());
    }

    /** @return (N, E) */
    float[] images(List<RgbImage> pictures, Preprocessing preprocessing) throws OrtException {
        int plane = preprocessing.size() * preprocessing.size();
        FloatBuffer pixels = FloatBuffer.allocate(pictures.size() * COLOURS * plane);
        for (RgbImage picture : pictures) {
            for (int colour = 0; colour < COLOURS; colour++) {
                double mean = preprocessing.mean().get(colour);
                double std = preprocessing.std().get(colour);
                for (int i = 0; i < plane; i++) {
                    double value = Byte.toUnsignedInt(picture.rgb()[COLOURS * i + colour]) / WHITE;
                    pixels.put((float) ((value - mean) / std));
                }
            }
        }
        long[] shape = {pictures.size(), COLOURS, preprocessing.size(), preprocessing.size()};
        return run(OnnxTensor.createTensor(ENVIRONMENT, pixels.flip(), shape));
    }

    /** @return (N, E) */
    float[] texts(List<String> texts, int contextLength) throws OrtException {
        LongBuffer tokens = LongBuffer.allocate(texts.size() * contextLength);
        for (int row = 0; row < texts.size(); row++) {
            int[] ids = Tokenizer.clip().encode(texts.get(row), contextLength);
            for (int i = 0; i < ids.length; i++) {
                tokens.put(row * contextLength + i, ids[i]);
            }
        }
        return run(OnnxTensor.createTensor(ENVIRONMENT, tokens, new long[] {texts.size(), contextLength}));
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
