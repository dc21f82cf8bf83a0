package io.tinyclip.cluster.run;

import io.tinyclip.actors.judge.Judges;
import io.tinyclip.actors.run.RunListener.StageFinished;
import io.tinyclip.report.JudgedPoint;
import java.util.function.Consumer;

/** What is done with a run's students, while no step is computed. Calls come one at a time and may take long. */
interface Students {
    /**
     * Before all other calls.
     *
     * @param judges who embeds
     * @param record writes down what came out
     */
    void by(Judges judges, Consumer<JudgedPoint> record);

    /** A student is to be judged between two steps. */
    void stepJudged(StageFinished student);

    void stageFinished(StageFinished stage);
}
