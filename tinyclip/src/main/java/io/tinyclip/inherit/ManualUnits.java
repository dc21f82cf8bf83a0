package io.tinyclip.inherit;

import io.tinyclip.inherit.ManualStudent.By;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.plan.StagePlan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which units the students chosen by hand take, where not just the first. All is decided before a run begins, by the
 * teacher and the data: so whoever leads the run decides alike. A later student chooses, by the same scores, among what the
 * one before it took.
 */
public final class ManualUnits {
    private final MaskIndex index;
    private final Ranking first;
    private final Ranking magnitude;
    private final Measure measure;
    private final Map<Integer, Ranking> importance = new HashMap<>();

    /** Measures sets of units on some batches, see {@link SilencedLoss}. */
    @FunctionalInterface
    public interface Measure {
        double[] losses(List<int[]> sets, int batches);
    }

    private ManualUnits(Layout masked, FloatVector vector, Measure measure) {
        this.index = MaskIndex.of(masked);
        this.first = Ranking.first(index.size());
        this.magnitude = new Ranking(Magnitude.squared(masked, vector));
        this.measure = measure;
    }

    /** Whether a student takes what has to be measured. */
    public static boolean areMeasured(List<StageGoal> goals) {
        return goals.stream().anyMatch(goal -> by(goal) == By.IMPORTANCE);
    }

    /** The stages whose student does not take the first. */
    public static Set<Integer> stages(List<StageGoal> goals) {
        return IntStream.range(0, goals.size())
                .filter(stage -> by(goals.get(stage)) != By.FIRST)
                .boxed()
                .collect(Collectors.toSet());
    }

    /**
     * The units of each student that does not take the first.
     *
     * @param teacher layout without masks
     * @param vector (P,) the teacher's weights
     * @param goals of the run
     * @param plans the same for this teacher
     * @param measure is asked only if {@link #areMeasured}
     * @return by stage; units of the model before it, see {@link Gather#chosen}
     */
    public static SortedMap<Integer, Kept> of(
            Layout teacher, FloatVector vector, List<StageGoal> goals, List<StagePlan> plans, Measure measure) {
        SortedMap<Integer, Kept> units = new TreeMap<>();
        if (goals.stream().allMatch(goal -> by(goal) == By.FIRST)) {
            return units;
        }
        Layout masked = Layout.of(teacher.shape(), teacher.tokenRows(), true, teacher.logitScaleLearned());
        ManualUnits choice = new ManualUnits(masked, vector, measure);
        TowerLeft image = TowerLeft.all(choice.index.image());
        TowerLeft text = TowerLeft.all(choice.index.text());
        for (int stage = 0; stage < goals.size(); stage++) {
            if (!(goals.get(stage) instanceof StageGoal.Manual goal)) {
                continue; // no student is chosen by hand behind one that masks have decided
            }
            Selection selection = choice.selection(goal.student());
            ModelShape student = plans.get(stage).student().orElseThrow();
            Kept kept = new Kept(image.choose(selection, student.vision()), text.choose(selection, student.text()));
            image = image.after(kept.image());
            text = text.after(kept.text());
            if (goal.student().by() != By.FIRST) {
                units.put(stage, kept);
            }
        }
        return units;
    }

    private static By by(StageGoal goal) {
        return goal instanceof StageGoal.Manual manual ? manual.student().by() : By.FIRST;
    }

    private Selection selection(ManualStudent student) {
        return switch (student.by()) {
            case FIRST -> first;
            case UNIFORM -> Selection.EVEN;
            case MAGNITUDE -> magnitude;
            case IMPORTANCE -> importance.computeIfAbsent(student.batches(), this::measured);
        };
    }

    private Ranking measured(int batches) {
        Importance importance = Importance.of(index, magnitude);
        double[] losses = measure.losses(importance.sets(), batches);
        return new Ranking(importance.scores(losses), magnitude.scores());
    }
}
