package io.tinyclip.cluster.input;

import io.tinyclip.files.Model;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Tells whether two models are the same, wherever they lie. */
public final class ModelHash {
    private static final int CHUNK = 1 << 14;

    private ModelHash() {}

    /** SHA-256, in hex, over shape, preprocessing and weights. */
    public static String of(Model model) {
        MessageDigest digest = Sha256.digest();
        String described = ModelShapeJson.write(model.shape()) + "\n" + PreprocessingJson.write(model.preprocessing());
        digest.update(described.getBytes(StandardCharsets.UTF_8));
        FloatBuffer vector = model.vector().floats();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK * Float.BYTES);
        for (int from = 0; from < vector.capacity(); from += CHUNK) {
            int count = Math.min(CHUNK, vector.capacity() - from);
            chunk.clear().asFloatBuffer().put(vector.slice(from, count));
            digest.update(chunk.limit(count * Float.BYTES));
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
