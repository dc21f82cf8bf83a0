package io.tinyclip.cluster.record;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Every figure of a run so far.
 *
 * @param teacher the model that was compressed; empty for pretrain
 * @param stages finished so far
 * @param baseline metrics of the pixel baseline; empty before it was computed
 * @param faults that came to it on purpose, in their order
 * @param evaluation what was judged while it trained
 * @param badSamples that were left out until the newest stage's end, as their pictures cannot be used; each as often as it came
 */
public record RunFigures(
        Optional<ModelFigures> teacher,
        List<StageFigures> stages,
        Map<String, Double> baseline,
        List<SufferedFault> faults,
        long badSamples,
        RunEvaluation evaluation) {
    /** Before anything was measured. */
    static final RunFigures NONE =
            new RunFigures(Optional.empty(), List.of(), Map.of(), List.of(), 0, RunEvaluation.NONE);

    public RunFigures {
        stages = List.copyOf(stages);
        baseline = new TreeMap<>(baseline);
        faults = List.copyOf(faults);
    }

    /** With what is known of the teacher already. */
    public RunFigures withTeacher(ModelFigures figures) {
        return new RunFigures(
                Optional.of(figures.and(evaluation.teacher())), stages, baseline, faults, badSamples, evaluation);
    }

    public RunFigures withBaseline(Map<String, Double> metrics) {
        return new RunFigures(teacher, stages, metrics, faults, badSamples, evaluation);
    }

    /** Whatever of it concerns the teacher counts as the teacher's. */
    public RunFigures with(RunEvaluation judged) {
        return new RunFigures(
                teacher.map(figures -> figures.and(judged.teacher())), stages, baseline, faults, badSamples, judged);
    }

    /** A stage that finishes again replaces itself and what came after. */
    RunFigures withStage(int index, StageFigures figures, long bad) {
        List<StageFigures> known = new ArrayList<>(stages.subList(0, Math.min(index, stages.size())));
        known.add(figures);
        return new RunFigures(teacher, known, baseline, faults, bad, evaluation);
    }

    RunFigures withoutStages() {
        return new RunFigures(teacher, List.of(), baseline, faults, 0, evaluation.withoutStages());
    }

    RunFigures withFaults(List<SufferedFault> suffered) {
        return new RunFigures(teacher, stages, baseline, suffered, badSamples, evaluation);
    }
}
