package io.tinyclip.formats;

import io.tinyclip.files.Model;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.VisionTransformer;
import java.nio.FloatBuffer;

/** Carries a vision transformer's learned positions over to a picture of another size. */
final class Positions {
    private static final String NAME = "visual.positional_embedding";

    private Positions() {}

    /** The shape of a model whose pictures have another size, which is a multiple of the patch size. */
    static ModelShape withImageSize(ModelShape shape, int imageSize) {
        VisionTransformer image = shape.vision();
        return new ModelShape(
                shape.embedding(),
                shape.activation(),
                new VisionTransformer(imageSize, image.patchSize(), image.width(), image.headWidth(), image.layers()),
                shape.text());
    }

    /**
     * The vector of a model whose pictures have another size: positions are resized by an antialiased bicubic filter, as
     * OpenCLIP does when a checkpoint's grid is not its config's; all else is copied.
     */
    static FloatVector resized(ModelShape from, FloatVector vector, ModelShape to) {
        Layout before = Model.layoutOf(from);
        Layout after = Model.layoutOf(to);
        FloatVector resized = FloatVector.allocate(after.size());
        for (Segment segment : after.segments()) {
            Segment source = before.segment(segment.name());
            FloatBuffer values = slice(vector, source);
            FloatBuffer target = slice(resized, segment);
            if (segment.name().equals(NAME)) {
                resize(from.vision(), values, to.vision(), target);
            } else {
                target.put(values);
            }
        }
        return resized;
    }

    private static void resize(VisionTransformer from, FloatBuffer values, VisionTransformer to, FloatBuffer target) {
        int width = from.width();
        target.put(values.slice(0, width)); // the class token's
        int grid = from.imageSize() / from.patchSize();
        int otherGrid = to.imageSize() / to.patchSize();
        new GridResize(grid, otherGrid, width).resize(values.slice(width, grid * grid * width), target.slice());
    }

    private static FloatBuffer slice(FloatVector vector, Segment segment) {
        return vector.floats().slice(segment.offset(), segment.count());
    }
}
