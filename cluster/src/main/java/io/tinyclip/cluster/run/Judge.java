package io.tinyclip.cluster.run;

import io.tinyclip.cluster.run.RunRecord.ModelFigures;
import io.tinyclip.cluster.run.RunRecord.Parameters;
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
record Judge(Engine engine, EvaluationSet evaluation) {
    /** @param keep share of the teacher's counted parameters that the model has left */
    ModelFigures figures(Model model, double keep) {
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
