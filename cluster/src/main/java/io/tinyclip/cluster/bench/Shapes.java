package io.tinyclip.cluster.bench;

import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.text.Tokenizer;
import java.util.Collections;
import java.util.List;

/** A teacher and its student. */
record Shapes(String name, ModelShape teacher, ModelShape student) {
    private static final int HEAD_WIDTH = 64;
    private static final int CONTEXT = 77;
    private static final int NEURONS_OF_WIDTH = 4;
    private static final int QUARTER = 4;

    private record Size(int width, int layers) {}

    /** ViT-B/32, and a quarter of its heads and neurons in every layer. */
    static Shapes vitB32() {
        return new Shapes("25 % student of ViT-B/32", vitB32(1), vitB32(QUARTER));
    }

    /** ViT-B/32, and the published student of 40 million parameters for images and 19 for texts. */
    static Shapes vit40m() {
        Size image = new Size(512, 12);
        Size text = new Size(512, 6);
        return new Shapes("40M/19M student of ViT-B/32", vitB32(1), model(512, 32, image, text));
    }

    /** ViT-L/14, and ViT-B/32 as its student. */
    static Shapes vitL14() {
        Size image = new Size(1024, 24);
        Size text = new Size(768, 12);
        return new Shapes("ViT-B/32 student of ViT-L/14", model(768, 14, image, text), vitB32(1));
    }

    private static ModelShape model(int embedding, int patch, Size image, Size text) {
        return new ModelShape(
                embedding,
                Activation.GELU,
                new VisionTransformer(224, patch, image.width, HEAD_WIDTH, layers(image, 1)),
                text(text, 1));
    }

    private static ModelShape vitB32(int share) {
        Size image = new Size(768, 12);
        Size text = new Size(512, 12);
        return new ModelShape(
                512,
                Activation.GELU,
                new VisionTransformer(224, 32, image.width, HEAD_WIDTH, layers(image, share)),
                text(text, share));
    }

    /** About as large as the built-in teacher; student and teacher are of one shape. */
    static Shapes small() {
        Size size = new Size(128, 4);
        ModelShape shape = new ModelShape(
                128,
                Activation.GELU,
                new VisionTransformer(64, 8, size.width, HEAD_WIDTH, layers(size, 1)),
                text(size, 1));
        return new Shapes("small model", shape, shape);
    }

    private static TextTower text(Size size, int share) {
        return new TextTower(CONTEXT, Tokenizer.clip().vocabulary(), size.width, HEAD_WIDTH, layers(size, share));
    }

    private static List<LayerShape> layers(Size size, int share) {
        LayerShape layer = new LayerShape(size.width / HEAD_WIDTH / share, NEURONS_OF_WIDTH * size.width / share);
        return Collections.nCopies(size.layers, layer);
    }
}
