package io.tinyclip.inherit;

import io.tinyclip.model.ImageTower;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A student that is chosen by hand. What is not said stays as the larger model has it.
 *
 * @param by which units of the larger model make it up
 * @param batches of training data that importance is measured on
 */
public record ManualStudent(Size image, Size text, By by, int batches) {
    /** Enough to tell units apart, and few enough to wait for. */
    public static final int BATCHES = 4;

    /** What decides which channels, heads and neurons stay; layers are always every k-th. */
    public enum By {
        /** The first. */
        FIRST,
        /** Every so many, from the first on. */
        UNIFORM,
        /** Those with the largest weights in the teacher. */
        MAGNITUDE,
        /** Those without which the teacher's affinities change most. */
        IMPORTANCE
    }

    /** Of the first units. */
    public ManualStudent(Size image, Size text) {
        this(image, text, By.FIRST);
    }

    /** Importance is measured on {@link #BATCHES}. */
    public ManualStudent(Size image, Size text, By by) {
        this(image, text, by, BATCHES);
    }

    /**
     * The size of a tower.
     *
     * @param width D; of a residual network the channels that its stem ends with
     * @param layers of a transformer
     * @param heads of each of its layers; where not said, they shrink as the width does
     * @param neurons the same
     */
    public record Size(OptionalInt width, OptionalInt layers, OptionalInt heads, OptionalInt neurons) {
        /** As large as the larger model's. */
        public static final Size SAME = new Size(OptionalInt.empty(), OptionalInt.empty());

        /** Heads and neurons shrink as the width does. */
        public Size(OptionalInt width, OptionalInt layers) {
            this(width, layers, OptionalInt.empty(), OptionalInt.empty());
        }
    }

    /**
     * The student's shape; head width, embedding and all else stay.
     *
     * @param before the model that it inherits from
     * @throws InvalidInputException if the size does not fit into that model
     */
    public ModelShape of(ModelShape before) {
        TextTower t = before.text();
        Fitting fitting = new Fitting("text", text, t);
        return new ModelShape(
                before.embedding(),
                before.activation(),
                image(before.image()),
                t.with(fitting.width(), fitting.layers()));
    }

    private ImageTower image(ImageTower before) {
        if (before instanceof ResNet network) {
            return network(network);
        }
        VisionTransformer v = (VisionTransformer) before;
        Fitting fitting = new Fitting("image", image, v);
        return new VisionTransformer(v.imageSize(), v.patchSize(), fitting.width(), v.headWidth(), fitting.layers());
    }

    private ResNet network(ResNet before) {
        refuse(image.layers, "layers", "the blocks of the model before it, " + before.blocks());
        refuse(image.heads, "heads", "no layers with heads");
        refuse(image.neurons, "neurons", "no layers with neurons");
        if (by != By.FIRST) {
            throw new InvalidInputException("student by [" + by.name().toLowerCase(Locale.ROOT)
                    + "] needs an image tower of layers with heads and neurons; a ResNet's student is its first channels: "
                    + "leave by out");
        }
        int width = width("image", image, before.width());
        int step = smallestWidth(before);
        if (width % step != 0) {
            throw new InvalidInputException("student image width [" + width
                    + "] does not give whole heads of the attention pool; use a multiple of [" + step + "]");
        }
        return new ResNet(before.imageSize(), width, before.headWidth(), before.blocks());
    }

    private static void refuse(OptionalInt asked, String what, String instead) {
        if (asked.isPresent()) {
            throw new InvalidInputException("student image " + what + " [" + asked.getAsInt()
                    + "] cannot be chosen: a ResNet's student has " + instead + "; leave image " + what + " out");
        }
    }

    /** The least width, and step of widths, that a residual network can have with heads as wide as before. */
    private static int smallestWidth(ResNet before) {
        int step = 2;
        while ((long) step * before.features() / before.width() % before.headWidth() != 0) {
            step += 2;
        }
        return step;
    }

    private static int width(String tower, Size size, int before) {
        return atMost(tower + " width", size.width.orElse(before), before);
    }

    private static int atMost(String what, int asked, int before) {
        if (asked < 1 || asked > before) {
            throw new InvalidInputException("student " + what + " [" + asked + "] must be from 1 to the [" + before
                    + "] of the model that it inherits from");
        }
        return asked;
    }

    /** A transformer of a chosen size within a larger one. */
    private record Fitting(String name, Size size, Tower before) {
        int width() {
            return ManualStudent.width(name, size, before.width());
        }

        List<LayerShape> layers() {
            int depthBefore = before.layers().size();
            int depth = atMost(name + " layers", size.layers.orElse(depthBefore), depthBefore);
            List<LayerShape> layers = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                LayerShape source = before.layers().get(SourceNames.layer(i, depthBefore, depth));
                layers.add(new LayerShape(
                        units(size.heads, source.heads(), "heads"), units(size.neurons, source.neurons(), "neurons")));
            }
            return layers;
        }

        private int units(OptionalInt asked, int units, String what) {
            return asked.isPresent() ? atMost(name + " " + what, asked.getAsInt(), units) : share(units, what);
        }

        private int share(int units, String what) {
            long scaled = (long) units * width();
            if (scaled % before.width() != 0) {
                throw new InvalidInputException("student " + name + " width [" + width()
                        + "] leaves no whole number of ["
                        + units + "] " + what + " at width [" + before.width() + "]; use a multiple of the head width ["
                        + before.headWidth() + "] that does");
            }
            return (int) (scaled / before.width());
        }
    }
}
