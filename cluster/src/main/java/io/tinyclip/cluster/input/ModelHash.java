package io.tinyclip.cluster.input;

import io.tinyclip.files.Model;
import io.tinyclip.files.ModelShapeJson;
import io.tinyclip.files.PreprocessingJson;
import io.tinyclip.hash.HashedFloats;
import io.tinyclip.hash.Sha256;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Tells whether two models are the same, wherever they lie. */
public final class ModelHash {
    private ModelHash() {}

    /** SHA-256, in hex, over shape, preprocessing and weights. */
    public static String of(Model model) {
        MessageDigest digest = Sha256.digest();
        String described = ModelShapeJson.write(model.shape()) + "\n" + PreprocessingJson.write(model.preprocessing());
        digest.update(described.getBytes(StandardCharsets.UTF_8));
        FloatBuffer vector = model.vector().floats();
        HashedFloats.feed(vector, 0, vector.capacity(), ByteOrder.BIG_ENDIAN, digest::update);
        return HexFormat.of().formatHex(digest.digest());
    }
}
