package io.tinyclip.cluster.command;

import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.image.RgbImage;
import io.tinyclip.random.Counter;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How near a written model's embeddings are to those of the model that was to be written.
 *
 * @param image least cosine over some pictures
 * @param text least cosine over some texts
 * @param texts how many
 */
record Fidelity(double image, double text, int texts) {
    /** Asked about, and as many texts where there are. */
    static final int PICTURES = 8;

    private static final long SEED = 0x666964656cL;
    /** Pixels that share a colour, along a side: noise alone has no shapes. */
    private static final int BLOCK = 8;

    static final List<String> TEXTS = List.of(
            "a photo of a dog",
            "a photo of two cats on a sofa",
            "a red bus in the rain",
            "a plate of food",
            "a drawing of a house",
            "people on a beach",
            "the sky at night",
            "an aerial view of a river");

    /** Embeddings of some pictures and texts. */
    private record Sample(int embedding, float[] images, float[] texts) {}

    static Fidelity of(Model original, Model written, Engine engine) {
        return of(original, written, engine, TEXTS);
    }

    /** @param texts of which some are asked about; a table that was cut embeds others in another way */
    static Fidelity of(Model original, Model written, Engine engine, List<String> texts) {
        List<String> asked = texts.subList(0, Math.min(PICTURES, texts.size()));
        Sample before = sample(original, engine, asked);
        Sample after = sample(written, engine, asked);
        return new Fidelity(
                least(before.images, after.images, before.embedding),
                least(before.texts, after.texts, before.embedding),
                asked.size());
    }

    String line() {
        String of = texts == PICTURES ? "" : String.format(Locale.ROOT, " (of %d)", PICTURES);
        return String.format(
                Locale.ROOT,
                "least cosine to the original: pictures %.6f%s, texts %.6f (of %d)",
                image,
                of,
                text,
                texts);
    }

    private static Sample sample(Model model, Engine engine, List<String> texts) {
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            int side = embedder.preprocessing().size();
            List<RgbImage> pictures = IntStream.range(0, PICTURES)
                    .mapToObj(number -> picture(number, side))
                    .toList();
            return new Sample(embedder.embedding(), embedder.images(pictures), embedder.texts(texts));
        }
    }

    private static RgbImage picture(int number, int side) {
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3;
            int block = pixel / side / BLOCK * side + pixel % side / BLOCK;
            rgb[i] = (byte) Counter.bits(Counter.key(SEED, number, i % 3), block);
        }
        return new RgbImage(side, side, rgb);
    }

    private static double least(float[] before, float[] after, int embedding) {
        double least = 1;
        for (int row = 0; row < before.length / embedding; row++) {
            double dot = 0;
            double first = 0;
            double second = 0;
            for (int i = row * embedding; i < (row + 1) * embedding; i++) {
                dot += (double) before[i] * after[i];
                first += (double) before[i] * before[i];
                second += (double) after[i] * after[i];
            }
            least = Math.min(least, dot / Math.sqrt(first * second));
        }
        return least;
    }
}
