package io.tinyclip.cluster.run;

import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.input.Start;
import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.result.Judge;
import io.tinyclip.files.Model;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a run's figures while nothing trains, and shows that it does. The teacher, with which the others are compared, comes
 * with the first student: the first step does not wait for it, and a run that goes on does not ask again.
 */
record Judging(Start start, Judge judge, Ledger ledger, Progress progress, TimeLeft left) {
    private static final Logger LOG = LoggerFactory.getLogger(Judging.class);

    /** Counts what an earlier process judged. */
    void goOn() {
        if (ledger.record().figures().teacher().isPresent()) {
            left.teacherJudged();
        }
        left.judged(ledger.record().figures().stages().size());
    }

    /** Teacher and baseline, where run.json has none yet. */
    void compared() {
        if (start.teacher().isPresent() && ledger.record().figures().teacher().isEmpty()) {
            ModelFigures figures =
                    figures("evaluating the teacher", start.teacher().get(), 1, Optional.empty());
            ledger.change(record -> record.with(record.figures().withTeacher(figures)));
        }
        if (ledger.record().figures().baseline().isEmpty()) {
            begin("computing the pixel baseline");
            Map<String, Double> baseline = judge.evaluation().baseline();
            ledger.change(record -> record.with(record.figures().withBaseline(baseline)));
            progress.advance(1, left.words());
        }
        left.teacherJudged();
    }

    /** @param keep share of the teacher's budget that the student of the stage has */
    ModelFigures student(int stage, Model model, double keep) {
        ModelFigures figures = figures("evaluating stage " + (stage + 1), model, keep, start.teacher());
        left.judged(stage + 1);
        return figures;
    }

    private ModelFigures figures(String task, Model model, double keep, Optional<Model> reference) {
        // Drawing the pictures is a task of its own, and is done once.
        long inputs = judge.evaluation().inputs();
        progress.begin(task, inputs + 1, 0);
        long begun = System.nanoTime();
        AtomicLong done = new AtomicLong();
        ModelFigures figures = judge.figures(model, keep, reference, more -> {
            long now = done.addAndGet(more);
            progress.advance(now, now == inputs ? "measuring its speed" : left.words());
        });
        left.evaluated(keep, System.nanoTime() - begun);
        LOG.info("{}: {}", task, figures.metrics());
        progress.advance(inputs + 1, left.words());
        return figures;
    }

    private void begin(String task) {
        progress.begin(task, 1, 0);
    }
}
