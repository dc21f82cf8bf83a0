package io.tinyclip.cluster;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.input.PictureFiles;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.files.Model;
import io.tinyclip.files.Safetensors;
import io.tinyclip.formats.onnx.OnnxExport;
import io.tinyclip.image.RgbImage;
import io.tinyclip.kernel.Precision;
import io.tinyclip.random.Counter;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;

/** A handful of pictures and texts in files, and what models make of them. */
final class Samples {
    private static final List<String> TEXTS =
            List.of("a red heart", "an arrow, up &amp; down", "\u00dcber den Wolken \u2600");

    /** Sides of pictures: as the models want them, larger, and with three and with many pixels to crop. */
    private static final int[][] SIDES = {{32, 32}, {64, 64}, {35, 32}, {50, 131}};

    private final Path folder;

    /** Writes them into a folder that is there. */
    Samples(Path folder) throws IOException {
        this.folder = folder;
        Files.write(texts(), TEXTS);
        Files.createDirectory(pictures());
        for (int i = 0; i < SIDES.length; i++) {
            draw(pictures().resolve(i + ".png"), SIDES[i][0], SIDES[i][1], i);
        }
    }

    /** Embeddings, row by row. */
    record Embeddings(float[] images, float[] texts) {
        void assertSameBits(Embeddings actual) {
            assertArrayEquals(images, actual.images);
            assertArrayEquals(texts, actual.texts);
        }

        void assertSame(Embeddings actual, float tolerance) {
            assertArrayEquals(images, actual.images, tolerance);
            assertArrayEquals(texts, actual.texts, tolerance);
        }
    }

    /** What the jar's {@code embed} writes. */
    Embeddings byJar(String model) throws Exception {
        Path out = Files.createTempFile(folder, "embeddings", ".safetensors");
        PackagedJar.run("embed", model, "--images=" + pictures(), "--texts=" + texts(), "--out=" + out)
                .requireExit(ExitCode.DONE);
        try (Safetensors tensors = Safetensors.open(out)) {
            assertEquals(SIDES.length, tensors.shape("images").get(0).intValue());
            assertEquals(TEXTS.size(), tensors.shape("texts").get(0).intValue());
            return new Embeddings(tensors.floats("images"), tensors.floats("texts"));
        }
    }

    /** What a model gives in this process. */
    Embeddings byEngine(Model model) {
        try (ModelEmbedder embedder = new ModelEmbedder(model, Precision.FP32, 1)) {
            return new Embeddings(embedder.images(pictures(model)), embedder.texts(TEXTS));
        }
    }

    /** What ONNX Runtime makes of an export of the model, fed by our preprocessing and tokenizer. */
    Embeddings byOnnx(Model model, Path export) throws Exception {
        try (OnnxEncoder images = new OnnxEncoder(export.resolve(OnnxExport.IMAGE_FILE));
                OnnxEncoder texts = new OnnxEncoder(export.resolve(OnnxExport.TEXT_FILE))) {
            int contextLength = model.shape().text().contextLength();
            return new Embeddings(
                    images.images(pictures(model), model.preprocessing()), texts.texts(TEXTS, contextLength));
        }
    }

    private Path pictures() {
        return folder.resolve("pictures");
    }

    private Path texts() {
        return folder.resolve("texts.txt");
    }

    private List<RgbImage> pictures(Model model) {
        PictureFiles files = PictureFiles.open(pictures());
        return IntStream.range(0, SIDES.length)
                .mapToObj(i -> files.picture(i, model.preprocessing()))
                .toList();
    }

    private static void draw(Path file, int width, int height, long seed) throws IOException {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                picture.setRGB(x, y, (int) Counter.bits(seed, (long) y * width + x));
            }
        }
        assertTrue(ImageIO.write(picture, "png", file.toFile()));
    }
}
