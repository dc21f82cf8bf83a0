package io.tinyclip.fit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.mask.Prices;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.SmallShapes;
import io.tinyclip.model.Tower;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.random.Counter;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class CostFitTest {
    private static final int SAMPLES = 41;
    private static final ModelShape MODEL = SmallShapes.vitB32();

    @Test
    void findsThePricesThatMadeTheTimes() {
        BudgetPlan truth = Prices.seconds();
        CostFit image = CostFit.of(times(ModelShape::vision, truth.image(), 0));
        CostFit text = CostFit.of(times(ModelShape::text, truth.text(), 0));
        assertAlike(truth.image(), image.seconds(), 1e-6);
        assertAlike(truth.text(), text.seconds(), 1e-6);
        assertTrue(image.largestError() < 1e-9 && text.largestError() < 1e-9, image.toString());
    }

    @Test
    void noiseShowsAsErrorAndMovesTheWholeLittle() {
        TowerSeconds truth = Prices.seconds().image();
        CostFit fit = CostFit.of(times(ModelShape::vision, truth, 0.05));
        assertTrue(fit.meanError() > 0.005 && fit.meanError() < 0.05, fit.toString());
        assertTrue(fit.largestError() > fit.meanError() && fit.largestError() < 0.15, fit.toString());
        double should = seconds(MODEL.vision(), truth);
        assertEquals(1, seconds(MODEL.vision(), fit.seconds()) / should, 0.05);
    }

    @Test
    void samplesDifferInAllThatALayerCanHave() {
        List<ModelShape> samples = SampleTowers.of(MODEL, SAMPLES);
        assertEquals(samples, SampleTowers.of(MODEL, SAMPLES));
        assertEquals(
                MODEL.vision().layers().subList(0, 4), samples.get(0).vision().layers());
        List<LayerShape> layers =
                samples.stream().flatMap(it -> it.text().layers().stream()).toList();
        assertTrue(layers.stream().anyMatch(it -> it.heads() == 0)
                && layers.stream().anyMatch(it -> it.neurons() == 0));
        assertEquals(9, layers.stream().mapToInt(LayerShape::heads).distinct().count());
        assertEquals(7, layers.stream().mapToInt(LayerShape::neurons).distinct().count());
        assertTrue(samples.stream().mapToInt(it -> it.text().width()).distinct().count() > 8);
    }

    @Test
    void aModelOfOneLayerHasNoInnerOnes() {
        List<TowerTime> times = SampleTowers.of(SmallShapes.smallest(), SAMPLES).stream()
                .map(it -> new TowerTime(
                        it.text(), 1e-3 + 1e-4 * it.text().layers().get(0).neurons()))
                .toList();
        assertEquals(LayerSeconds.NONE, CostFit.of(times).seconds().inner());
    }

    private static List<TowerTime> times(Function<ModelShape, Tower> tower, TowerSeconds truth, double noise) {
        List<ModelShape> samples = SampleTowers.of(MODEL, SAMPLES);
        return samples.stream()
                .map(sample -> {
                    Tower it = tower.apply(sample);
                    double off = noise * (2 * Counter.uniform(3, samples.indexOf(sample)) - 1);
                    return new TowerTime(it, seconds(it, truth) * (1 + off));
                })
                .toList();
    }

    /** With what a tower takes beside its layers. */
    private static double seconds(Tower tower, TowerSeconds truth) {
        double seconds = 2e-5 + 1e-6 * tower.width();
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerSeconds price = i == tower.layers().size() - 1 ? truth.last() : truth.inner();
            LayerShape layer = tower.layers().get(i);
            double heads = layer.heads();
            double neurons = layer.neurons();
            seconds += (heads > 0 ? price.anyHead() * tower.width() : 0)
                    + heads * (price.head() + price.headChannel() * tower.width())
                    + (neurons > 0 ? price.anyNeuron() * tower.width() : 0)
                    + neurons * (price.neuron() + price.neuronChannel() * tower.width());
        }
        return seconds;
    }

    private static void assertAlike(TowerSeconds should, TowerSeconds is, double share) {
        assertAlike(should.inner(), is.inner(), share);
        assertAlike(should.last(), is.last(), share);
    }

    private static void assertAlike(LayerSeconds should, LayerSeconds is, double share) {
        assertEquals(should.anyHead(), is.anyHead(), share * should.anyHead());
        assertEquals(should.head(), is.head(), share * should.head() + 1e-12);
        assertEquals(should.headChannel(), is.headChannel(), share * should.headChannel());
        assertEquals(should.anyNeuron(), is.anyNeuron(), share * should.anyNeuron());
        assertEquals(should.neuron(), is.neuron(), share * should.neuron() + 1e-12);
        assertEquals(should.neuronChannel(), is.neuronChannel(), share * should.neuronChannel() + 1e-13);
    }
}
