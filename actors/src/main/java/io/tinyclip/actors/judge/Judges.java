package io.tinyclip.actors.judge;

import io.tinyclip.evaluate.JudgedSet;
import io.tinyclip.evaluate.TaskEmbeddings;
import io.tinyclip.model.FloatVector;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A run's workers, as whoever listens to the run asks them to embed sets by a model, while no step is computed. */
@FunctionalInterface
public interface Judges {
    /**
     * A set, and how much there is to embed of it.
     *
     * @param pictures one at least
     * @param texts one at least
     */
    record AskedSet(JudgedSet set, int pictures, int texts) {}

    /**
     * What is asked.
     *
     * @param description of the model: shape and preprocessing, as JSON
     * @param vector (P,) of the model's own layout; not written to before the answer
     * @param within how long it may take before what is missing is given up
     */
    record Question(String description, FloatVector vector, List<AskedSet> sets, Duration within) {
        public Question {
            sets = List.copyOf(sets);
        }
    }

    /**
     * What came of a set.
     *
     * @param embeddings of the whole set; empty where it was given up
     * @param reason why, in words; empty where it was not
     * @param nanos that workers have computed for it, all together
     */
    record Answer(Optional<TaskEmbeddings> embeddings, String reason, long nanos) {}

    /** The run ends before it is answered; whoever goes on with the run asks again. */
    final class ClosedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public ClosedException() {
            super("the run ends here before its student is judged");
        }
    }

    /** @return for each set an answer, in their order; fails with {@link ClosedException} where the run ends first */
    CompletionStage<List<Answer>> ask(Question question);
}
