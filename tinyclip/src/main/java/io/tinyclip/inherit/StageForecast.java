package io.tinyclip.inherit;

import io.tinyclip.mask.Costs;
import io.tinyclip.model.Counts;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a stage's student will come to, as far as it is known before training. Of a student that masks decide only the sum
 * of what the budget counts is known. How it is split is learned, so its counts are nominal: as if every tower lost the same
 * share of it, in heads and neurons alone.
 *
 * @param nominal whether {@code counts} are of a nominal split
 * @param largest the student's shape, or where masks decide it, the one that they are learned on: no tower is left with more
 */
public record StageForecast(StagePlan plan, Counts counts, boolean nominal, ModelShape largest) {
    /**
     * One for each stage.
     *
     * @param start the student's shape at the start
     */
    public static List<StageForecast> of(ModelShape teacher, ModelShape start, RunPlan plan) {
        List<StageForecast> forecasts = new ArrayList<>();
        ModelShape before = start;
        boolean nominal = false;
        Counts counts = Counts.of(start);
        Costs costs = Costs.of(plan.mask().budget(), teacher);
        for (StagePlan stage : plan.stages()) {
            ModelShape tableBefore = before;
            before = stage.shape(before);
            boolean learned = stage.decides();
            nominal |= learned;
            counts = learned
                    ? uniform(before, (double) costs.target(stage.keep()) / costs.counted(before))
                    : nominal ? withTable(counts, tableBefore, before) : Counts.of(before);
            forecasts.add(new StageForecast(stage, counts, nominal, before));
        }
        return forecasts;
    }

    /** Counted parameters of both towers. */
    public long counted() {
        return counts.countedImage() + counts.countedText();
    }

    private static Counts uniform(ModelShape before, double share) {
        Counts whole = Counts.of(before);
        long image = Math.round(share * whole.countedImage());
        long text = Math.round(share * (whole.countedImage() + whole.countedText())) - image;
        long fixedMacs = Counts.of(withoutUnits(before)).macs();
        return new Counts(
                whole.image() - whole.countedImage() + image,
                whole.text() - whole.countedText() + text,
                whole.tokenEmbedding(),
                image,
                text,
                fixedMacs + Math.round(share * (whole.macs() - fixedMacs)));
    }

    /** Only the token table is another one than before. */
    private static Counts withTable(Counts counts, ModelShape before, ModelShape after) {
        Counts now = Counts.of(after);
        long more = now.macs() - Counts.of(before).macs();
        return new Counts(
                counts.image(),
                counts.text(),
                now.tokenEmbedding(),
                counts.countedImage(),
                counts.countedText(),
                counts.macs() + more);
    }

    /** What costs whatever the masks decide: patches and projections. */
    private static ModelShape withoutUnits(ModelShape shape) {
        VisionTransformer image = shape.vision();
        TextTower text = shape.text();
        return new ModelShape(
                shape.embedding(),
                shape.activation(),
                new VisionTransformer(
                        image.imageSize(), image.patchSize(), image.width(), image.headWidth(), empty(image.layers())),
                text.with(text.width(), empty(text.layers())));
    }

    private static List<LayerShape> empty(List<LayerShape> layers) {
        return Collections.nCopies(layers.size(), new LayerShape(0, 0));
    }
}
