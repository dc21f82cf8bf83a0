package io.tinyclip.formats;

import io.tinyclip.model.Counts;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import java.util.List;
import java.util.Optional;

/**
 * What formats with uniform layers, Hugging Face's and OpenCLIP's, make of a model.
 *
 * @param formats that this is about: Hugging Face knows no residual network
 * @param own the model's counts; of a token table that is a product, those of the table that these formats hold
 * @param padded the same with the zeros that make its layers alike; empty where the formats can't hold the model
 * @param obstacle why they can't; empty where they can
 * @param multipliedOut whether the token table is a product, which they hold multiplied out
 */
public record Padding(
        List<String> formats, Counts own, Optional<Counts> padded, Optional<String> obstacle, boolean multipliedOut) {
    /** Of a model of this shape. */
    public static Padding of(ModelShape shape) {
        List<String> formats = shape.image() instanceof ResNet ? List.of("openclip") : List.of("hf", "openclip");
        Optional<String> obstacle = UniformLayers.obstacle(shape);
        Optional<Counts> padded =
                obstacle.isPresent() ? Optional.empty() : Optional.of(Counts.of(UniformLayers.shape(shape)));
        boolean multipliedOut = shape.text().tokenRank() > 0;
        return new Padding(formats, Counts.of(shape.withTokenRank(0)), padded, obstacle, multipliedOut);
    }

    /** Zeros that are added, by the parameters of the model in all; empty where the formats can't hold it. */
    public Optional<Double> share() {
        return padded.map(counts -> (double) counts.total() / own.total() - 1);
    }
}
