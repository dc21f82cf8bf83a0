package io.tinyclip.cluster.result;

import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.files.Model;
import io.tinyclip.formats.Padding;
import io.tinyclip.model.Counts;
import io.tinyclip.report.SpeedUp;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.IntConsumer;

/**
 * Takes a model's figures.
 *
 * @param engine computes the embeddings
 * @param evaluation what is asked
 */
public record Judge(Engine engine, EvaluationSet evaluation) {
    /**
     * A model's figures.
     *
     * @param keep share of the teacher's budget that the model has left
     * @param reference how many times as fast the model is as this one is told, too; empty for the one itself
     * @param done gets how many more of the evaluation's inputs are embedded; speeds come after all of them
     */
    public ModelFigures figures(Model model, double keep, Optional<Model> reference, IntConsumer done) {
        Counts counts = Counts.of(model.shape());
        ModelSpeed speed = new ModelSpeed(evaluation, System::nanoTime);
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            return new ModelFigures(
                    keep,
                    Parameters.of(counts),
                    Padding.of(model.shape()).padded().map(Parameters::of),
                    OptionalLong.empty(),
                    counts.macs(),
                    evaluation.metrics(embedder, done),
                    OptionalDouble.of(speed.pairsPerSecond(embedder)),
                    reference.map(other -> speedUp(speed, embedder, other)));
        }
    }

    private SpeedUp speedUp(ModelSpeed speed, Embedder embedder, Model reference) {
        try (Engine.Loaded loaded = engine.load(reference)) {
            return speed.speedUp(embedder, loaded.embedder());
        }
    }
}
