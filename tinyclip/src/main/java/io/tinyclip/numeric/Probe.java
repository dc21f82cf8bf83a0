package io.tinyclip.numeric;

import io.tinyclip.compute.KernelProbe;
import io.tinyclip.data.Sample;
import io.tinyclip.data.icons.IconDataset;
import io.tinyclip.data.icons.IconSample;
import io.tinyclip.data.icons.IconSet;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.hash.HashedFloats;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.Preprocessing.Interpolation;
import io.tinyclip.image.Preprocessing.ResizeMode;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.Rates;
import io.tinyclip.random.Counter;
import io.tinyclip.resource.Resource;
import io.tinyclip.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The question with known answers that tells whether two processes compute the same bits: each kind of work that decides a
 * run's result, done once on small inputs. An answer is a hash, and says nothing but that two are equal.
 */
public final class Probe {
    private static final long SEED = 0x70726f6265L;
    private static final int DIGITS = 16;
    private static final int PICTURE = 32;
    private static final int CONTEXT = 77;

    /** Entities, a wrong code page, wide letters, a final sigma, marks to compose, scripts, an emoji, a cut word. */
    private static final String DIFFICULT = "A photo of &amp;amp; the caf\u00c3\u00a9, \uff26\uff35\uff2c\uff2c width,"
            + " \u039f\u0394\u039f\u03a3 e\u0301\u0323 \u0130\u0308 \u0e01\u0e33 \ud83e\udd80 don\u2019t 12,5\u00bd"
            + " <end_of_text> antidisestablishmentarianism";

    private Probe() {}

    /**
     * The answers of this process, each time the same. Takes a part of a second; starts the engine where it does not
     * run yet.
     *
     * @param device that computes
     * @param precision the run's
     * @return hex by name, in a fixed order
     */
    public static Map<String, String> answers(ComputeDevice device, Precision precision) {
        Map<String, String> answers = new LinkedHashMap<>();
        KernelProbe.answers(device, precision).forEach((name, arrays) -> answers.put(name, hash(arrays)));
        answers.put("adamw", hash(update()));
        answers.put("jpeg", hash(joined(pictures())));
        answers.put("reduced jpeg", hash(joined(reducedPictures(true))));
        answers.put("pictures", hash(PictureProbe.answer()));
        answers.put("svg", hash(joined(icons())));
        answers.put("tokens", hash(tokens()));
        return answers;
    }

    /** Three updates of a small vector with every group that is learned. */
    private static List<float[]> update() {
        LayerShape layer = new LayerShape(1, 8);
        ModelShape shape = new ModelShape(
                8,
                Activation.GELU,
                new VisionTransformer(8, 4, 8, 8, List.of(layer)),
                new TextTower(8, 16, 8, 8, List.of(layer)));
        Layout layout = Layout.of(shape, 16, true, true);
        AdamW optimizer = new AdamW(new OptimizerPlan(1e-3, 0, 0.9, 0.98, 1e-6, 0.2, 5));
        int size = layout.size();
        float[] weights = normals(0, size);
        float[] first = new float[size];
        float[] second = new float[size];
        Rates rates = new Rates(1e-3, 0.05, 0.05, 0.5);
        for (int count = 1; count <= 3; count++) {
            float[] updated = new float[size];
            AdamW.State state = new AdamW.State(weights, updated, first, second);
            AdamW.Update update = new AdamW.Update(rates, 1f / count, count);
            optimizer.apply(layout, new Range(0, size), state, normals(count, size), update);
            weights = updated;
        }
        return List.of(weights, first, second);
    }

    private static float[] normals(int part, int count) {
        float[] values = new float[count];
        long key = Counter.key(SEED, part);
        for (int i = 0; i < count; i++) {
            values[i] = (float) Counter.normal(key, i);
        }
        return values;
    }

    /** A progressive JPEG with halved colours, decoded, and resized as for training and as for evaluation. */
    private static List<byte[]> pictures() {
        RgbImage image = ImageDecoder.decode(Resource.bytes(Probe.class, "probe.jpg"), "probe.jpg");
        Preprocessing clip = Preprocessing.clip(PICTURE);
        Preprocessing squashed =
                new Preprocessing(PICTURE, PICTURE, ResizeMode.SQUASH, Interpolation.BILINEAR, clip.mean(), clip.std());
        return List.of(
                image.rgb(),
                clip.training(image, SEED).rgb(),
                clip.evaluation(image).rgb(),
                squashed.evaluation(image).rgb());
    }

    /** At a half, a quarter and an eighth, for each of which the decoder has a transform of its own. */
    static List<byte[]> reducedPictures(boolean reduced) {
        byte[] file = Resource.bytes(Probe.class, "probe.jpg");
        return IntStream.of(8, 5, 2)
                .mapToObj(size -> Preprocessing.clip(size)
                        .training(file, "probe.jpg", SEED, reduced)
                        .rgb())
                .toList();
    }

    /** Icons drawn, and painted as for training. */
    private static List<byte[]> icons() {
        IconSet icons = IconSample.draw();
        List<byte[]> pictures = new ArrayList<>(icons.coverage());
        try (IconDataset data = new IconDataset(icons)) {
            for (int i = 0; i < data.size(); i++) {
                Sample view = data.view(i, SEED, Preprocessing.clip(PICTURE));
                pictures.add(view.image().rgb());
            }
        }
        return pictures;
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteBuffer all =
                ByteBuffer.allocate(parts.stream().mapToInt(part -> part.length).sum());
        parts.forEach(all::put);
        return all.array();
    }

    private static byte[] tokens() {
        int[] ids = Tokenizer.clip().encode(DIFFICULT, CONTEXT);
        ByteBuffer bytes = ByteBuffer.allocate(ids.length * Integer.BYTES);
        bytes.asIntBuffer().put(ids);
        return bytes.array();
    }

    private static String hash(List<float[]> arrays) {
        MessageDigest digest = Sha256.digest();
        for (float[] array : arrays) {
            HashedFloats.feed(FloatBuffer.wrap(array), 0, array.length, ByteOrder.LITTLE_ENDIAN, digest::update);
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, DIGITS);
    }

    private static String hash(byte[] bytes) {
        return Sha256.hex(bytes).substring(0, DIGITS);
    }
}
