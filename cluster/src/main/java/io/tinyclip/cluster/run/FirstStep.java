package io.tinyclip.cluster.run;

import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.cluster.record.Ledger;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.settings.FreeSettings.IfLost;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.report.StepPoint;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Whether a run may begin at its first step. Where its folder says that there was a checkpoint, and none is whole, all that was
 * trained is lost: then it begins only if it is told to.
 *
 * @param checkpoints in the folder
 * @param ifLost what is to become of such a run
 */
record FirstStep(RunFolder folder, CheckpointStore checkpoints, IfLost ifLost) {
    /**
     * Before anything is led: refuses what can be told without reading whole checkpoints. Those with flipped bits are found
     * by whoever reads them, who then asks for the {@linkplain #guarded first vector}.
     *
     * @param record what run.json says; empty where there is none
     * @param say takes a line where the run starts over and nothing but its metrics is left
     * @throws InvalidInputException saying what is missing, up to which step the folder knows of the run, and the remedy
     */
    void check(Optional<RunRecord> record, Consumer<String> say) {
        Optional<StepPoint> step = lastStep();
        boolean whole = checkpoints.seemsWhole();
        if (record.isEmpty() && whole) {
            throw new InvalidInputException("run folder [" + folder.shown()
                    + "] has checkpoints but no run.json; bring the file back or set another tinyclip.run.folder");
        }
        boolean startsOver = !whole && isLost(record, step);
        // Whoever asks for the first vector sees what run.json and the checkpoints leave, and says it then.
        if (startsOver && record.isEmpty() && checkpoints.newestKnown() == 0) {
            say.accept(startsOver());
        }
    }

    /**
     * The vector of the first step, for whoever has found no whole checkpoint. A run that starts over forgets what it was.
     *
     * @param start makes the vector
     * @param say takes a line where the run starts over
     */
    Supplier<FloatVector> guarded(Supplier<FloatVector> start, Ledger ledger, Consumer<String> say) {
        return () -> {
            if (isLost(Optional.of(ledger.record()), lastStep())) {
                checkpoints.removeAll();
                ledger.change(RunRecord::startedOver);
                say.accept(startsOver());
            } else {
                ledger.change(RunRecord::begun);
            }
            return start.get();
        };
    }

    private String startsOver() {
        return "run folder [" + folder.shown() + "] has no whole checkpoint any more; the run starts over at step 0, as"
                + " tinyclip.checkpoint.if-lost says";
    }

    /**
     * Where no checkpoint is whole: whether there was one.
     *
     * @return whether the run starts over, as it is told to; else it has never been further
     * @throws InvalidInputException if it is not told to
     */
    private boolean isLost(Optional<RunRecord> record, Optional<StepPoint> step) {
        OptionalLong recorded =
                record.map(it -> it.course().trail().checkpoint()).orElse(OptionalLong.empty());
        // A record that says nothing of checkpoints is older than they are in it, or gone: then any step counts.
        boolean unknown = recorded.isEmpty()
                && (step.isPresent()
                        || record.filter(it -> !it.figures().stages().isEmpty()).isPresent());
        long known = Math.max(recorded.orElse(0), checkpoints.newestKnown());
        if (known == 0 && !unknown) {
            return false;
        }
        if (ifLost == IfLost.STOP) {
            throw new InvalidInputException("run folder [" + folder.shown() + "] has no whole checkpoint"
                    + (record.isEmpty() ? " and no run.json" : "") + " any more, though the run in it "
                    + reached(known, step) + "; bring back the files in [" + folder.shown("checkpoints")
                    + "], or start over at step 0 with -Dtinyclip.checkpoint.if-lost=restart");
        }
        return true;
    }

    private static String reached(long known, Optional<StepPoint> step) {
        List<String> traces = new ArrayList<>();
        if (known > 0) {
            traces.add("had one after [" + known + "] steps");
        }
        step.ifPresent(last -> traces.add("committed step [" + last.step() + "] of stage [" + last.stage() + "], "
                + last.phase() + ", by metrics.jsonl"));
        return traces.isEmpty() ? "finished a stage" : String.join(" and ", traces);
    }

    private Optional<StepPoint> lastStep() {
        try {
            List<StepPoint> steps = MetricsFile.read(folder.metrics());
            return steps.isEmpty() ? Optional.empty() : Optional.of(steps.get(steps.size() - 1));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot read [" + folder.metrics() + "]: " + e + "; check its permissions", e);
        }
    }
}
