package io.tinyclip.cluster.result;

import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.record.ModelFigures.Parameters;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.evaluate.EvaluationSet;
import io.tinyclip.files.Model;
import io.tinyclip.model.Counts;
import java.util.OptionalDouble;

/**
 * Takes a model's figures.
 *
 * @param engine computes the embeddings
 * @param evaluation what is asked
 */
public record Judge(Engine engine, EvaluationSet evaluation) {
    /** @param keep share of the teacher's counted parameters that the model has left */
    public ModelFigures figures(Model model, double keep) {
        Counts counts = Counts.of(model.shape());
        try (Engine.Loaded loaded = engine.load(model)) {
            Embedder embedder = loaded.embedder();
            return new ModelFigures(
                    keep,
                    new Parameters(counts.image(), counts.text(), counts.tokenEmbedding()),
                    counts.macs(),
                    evaluation.metrics(embedder),
                    OptionalDouble.of(ModelSpeed.pairsPerSecond(embedder, evaluation)));
        }
    }
}
