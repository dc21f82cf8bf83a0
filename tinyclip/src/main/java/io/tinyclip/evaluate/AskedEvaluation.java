package io.tinyclip.evaluate;

import io.tinyclip.step.BadSample;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** An evaluation set that is made when it is asked for the first time, so that training need not wait for its pictures. */
final class AskedEvaluation implements EvaluationSet {
    private final Supplier<EvaluationSet> maker;
    private Optional<EvaluationSet> made = Optional.empty();

    AskedEvaluation(Supplier<EvaluationSet> maker) {
        this.maker = maker;
    }

    @Override
    public List<RetrievalTask> tasks() {
        return made().tasks();
    }

    @Override
    public Map<String, Double> baseline() {
        return made().baseline();
    }

    @Override
    public List<BadSample> leftOut() {
        return made().leftOut();
    }

    private synchronized EvaluationSet made() {
        if (made.isEmpty()) {
            made = Optional.of(maker.get());
        }
        return made.get();
    }
}
