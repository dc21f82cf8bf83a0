package io.tinyclip.actors;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.checkpoint.CheckpointStore;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.LayerKept;
import io.tinyclip.inherit.ManualStudent;
import io.tinyclip.inherit.ManualStudent.By;
import io.tinyclip.inherit.ManualUnits;
import io.tinyclip.inherit.StageGoal;
import io.tinyclip.inherit.TableMap;
import io.tinyclip.inherit.TowerKept;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.model.Activation;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.plan.BudgetPlan;
import io.tinyclip.plan.BudgetPlan.LayerSeconds;
import io.tinyclip.plan.BudgetPlan.TowerSeconds;
import io.tinyclip.plan.CalibrationPlan;
import io.tinyclip.plan.Exportable;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.MuonPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.StepCompute;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** A small run: five blocks, eight partitions, two stages. */
public final class Fixture {
    public static final int TOKEN_ROWS = 4000;
    public static final ModelShape SHAPE = new ModelShape(
            16,
            Activation.GELU,
            new VisionTransformer(8, 4, 32, 8, List.of(new LayerShape(4, 64), new LayerShape(4, 64))),
            new TextTower(8, 5000, 64, 8, List.of(new LayerShape(8, 128), new LayerShape(8, 128))));
    private static final OptimizerPlan OPTIMIZER = new OptimizerPlan(1e-3, 2, 0.9, 0.98, 1e-6, 0.2, 5);
    private static final MaskPlan MASK = new MaskPlan(0.5, 0.05, 0.5, 1, 1);

    private Fixture() {}

    public static RunPlan compress() {
        List<StagePlan> stages = List.of(new StagePlan(0.75, 4, 3), new StagePlan(0.5, 3, 2));
        return new RunPlan(1, 32, 8, 4, stages, false, OPTIMIZER, MASK);
    }

    /** Masks, cuts and a student chosen by hand, through which moments go along. */
    static RunPlan carried() {
        return carried(OPTIMIZER);
    }

    /** The same whose token table stays. */
    static RunPlan carriedWithItsTable() {
        return carried(OPTIMIZER.tokenRate(0));
    }

    /** The same where Muon updates the layers' matrices, and nothing the token table. */
    static RunPlan muon() {
        return carried(OPTIMIZER.with(new MuonPlan(0.5, 0.2)).tokenRate(0));
    }

    private static RunPlan carried(OptimizerPlan with) {
        List<StageGoal> goals = List.of(
                manualGoals(By.FIRST).get(0),
                new StageGoal.Learned(0.4, 4, 3, OptionalDouble.of(1)),
                new StageGoal.Learned(0.25, 4, 2, OptionalDouble.of(1)));
        OptimizerPlan optimizer = with.with(MomentTransfer.CARRIED);
        return new RunPlan(1, 32, 8, 4, StageGoal.plans(SHAPE, goals), false, optimizer, MASK);
    }

    /** A token table that becomes a product, whose basis is cut by hand and by masks, and which becomes one of a lower rank. */
    public static RunPlan factorised(MomentTransfer moments) {
        List<StageGoal> goals = List.of(
                new StageGoal.Factorised(20, 3),
                manualGoals(By.FIRST).get(1),
                new StageGoal.Learned(0.25, 4, 3, OptionalDouble.of(1)),
                new StageGoal.Factorised(5, 2));
        return new RunPlan(1, 32, 8, 4, StageGoal.plans(SHAPE, goals), false, OPTIMIZER.with(moments), MASK);
    }

    /** All kinds of changes that servers decide, and one that is calibrated where the run is led. */
    public static RunPlan simulated() {
        List<StagePlan> stages = List.of(
                new StagePlan(0.75, 4, 3),
                StagePlan.calibrated(0.6, CalibrationPlan.of(1), 2),
                new StagePlan(0.5, 3, 2));
        return new RunPlan(1, 32, 8, 4, stages, false, OPTIMIZER, MASK);
    }

    /**
     * A student that is cut by calibration where the run begins, one that is again, one of which masks decide, and one that is cut
     * again; all but the second become narrower.
     */
    public static RunSetup calibrated(MomentTransfer moments, int workers, int servers, Path folder) {
        List<StageGoal> goals = List.of(
                new StageGoal.Calibrated(0.8, CalibrationPlan.of(1), 3, OptionalDouble.empty()),
                new StageGoal.Calibrated(0.5, new CalibrationPlan(1, false), 2, OptionalDouble.empty()),
                new StageGoal.Learned(0.15, 4, 2, OptionalDouble.of(1)),
                new StageGoal.Calibrated(0.1, CalibrationPlan.of(1), 2, OptionalDouble.empty()));
        RunPlan plan = new RunPlan(1, 32, 8, 4, StageGoal.plans(SHAPE, goals), false, OPTIMIZER.with(moments), MASK);
        return setup(plan, workers, servers, folder).with(Fixture::cut);
    }

    /**
     * Keeps what {@link #kept} does, and changes the weights so that whoever gathers others is found out, or tells of other
     * widths.
     */
    static CalibratedCut cut(
            Layout layout, FloatVector vector, WidthMap widths, StagePlan stage, BooleanSupplier wanted) {
        float factor =
                (float) stage.keep() * widths.teacherWidth() / SHAPE.text().width();
        float[] fitted = vector.toArray();
        for (int i = 0; i < fitted.length; i++) {
            fitted[i] *= factor;
        }
        Kept kept = kept(layout.shape(), stage);
        int width = layout.shape().text().width();
        int left = kept.text().width().length;
        float[] map = new float[width * left];
        for (int i = 0; i < left; i++) {
            map[i * left + i] = factor;
        }
        Optional<TableMap> table = left < width ? Optional.of(new TableMap(width, left, map)) : Optional.empty();
        return new CalibratedCut(kept, FloatVector.of(fitted), table);
    }

    /** The last half of each layer's units and, where towers may become narrower, the first three quarters of their channels. */
    public static Kept kept(ModelShape shape, StagePlan stage) {
        boolean narrower = stage.calibration().orElseThrow().width();
        return new Kept(kept(shape.vision(), narrower), kept(shape.text(), narrower));
    }

    private static TowerKept kept(Tower tower, boolean narrower) {
        int channels = narrower ? tower.width() * 3 / 4 : tower.width();
        return new TowerKept(
                IntStream.range(0, channels).toArray(),
                tower.layers().stream()
                        .map(layer -> new LayerKept(lastHalf(layer.heads()), lastHalf(layer.neurons())))
                        .toList());
    }

    private static int[] lastHalf(int units) {
        return IntStream.range(units / 2, units).toArray();
    }

    /** With the penalty of the published code. */
    static RunPlan oneSided() {
        return compress(new MaskPlan(0.5, 0.05, 0.5, 1, 1, true, Exportable.FALSE));
    }

    /** With a budget that counts the padding. */
    static RunPlan dense() {
        return compress(new MaskPlan(0.5, 0.05, 0.5, 1, 1, false, Exportable.DENSE));
    }

    /** With a budget in seconds, most of which a half of a layer takes while anything is left of it. */
    static RunPlan seconds() {
        LayerSeconds inner = new LayerSeconds(4e-6, 3e-6, 1e-8, 4e-6, 1e-7, 2e-9);
        LayerSeconds last = new LayerSeconds(2e-6, 0, 1e-8, 1e-6, 0, 1e-9);
        TowerSeconds tower = new TowerSeconds(inner, last);
        MaskPlan mask = new MaskPlan(0.5, 0.05, 0.5, 1, 0).with(BudgetPlan.seconds(tower, tower));
        List<StagePlan> stages = List.of(new StagePlan(0.3, 4, 3), new StagePlan(0.15, 3, 2));
        return new RunPlan(1, 32, 8, 4, stages, false, OPTIMIZER, mask);
    }

    private static RunPlan compress(MaskPlan mask) {
        return new RunPlan(1, 32, 8, 4, compress().stages(), false, OPTIMIZER, mask);
    }

    /** Two students chosen by hand, then one by masks. */
    static RunPlan manual() {
        return new RunPlan(1, 32, 8, 4, StageGoal.plans(SHAPE, manualGoals(By.FIRST)), false, OPTIMIZER, MASK);
    }

    /** The same with the largest units. */
    static RunSetup byMagnitude(int workers, int servers, Path folder) {
        Layout layout = Layout.of(SHAPE, TOKEN_ROWS, false, false);
        FloatVector start = startVector(false);
        return setup(
                manual(),
                ManualUnits.of(
                        layout, start, manualGoals(By.MAGNITUDE), manual().stages(), (sets, batches) -> new double[0]),
                workers,
                servers,
                new Parts(folder, FakeCompute::new));
    }

    private static List<StageGoal> manualGoals(By by) {
        ManualStudent.Size half = new ManualStudent.Size(OptionalInt.of(16), OptionalInt.empty());
        ManualStudent.Size shallow = new ManualStudent.Size(OptionalInt.of(56), OptionalInt.of(1));
        return List.of(
                new StageGoal.Manual(new ManualStudent(half, ManualStudent.Size.SAME, by), 3),
                new StageGoal.Manual(new ManualStudent(ManualStudent.Size.SAME, shallow, by), 3),
                new StageGoal.Learned(0.25, 4, 2, OptionalDouble.of(1)));
    }

    static RunPlan pretrain() {
        return new RunPlan(1, 32, 8, 4, List.of(new StagePlan(1, 0, 6)), true, OPTIMIZER, MASK);
    }

    public static RunPlan inOnePartition() {
        return new RunPlan(1, 4, 1, 4, List.of(new StagePlan(1, 0, 6)), true, OPTIMIZER, MASK);
    }

    static FloatVector startVector(boolean pretrain) {
        Layout layout = Layout.of(SHAPE, TOKEN_ROWS, false, pretrain);
        float[] vector = new float[layout.size()];
        long key = Counter.key(3);
        layout.segments().forEach(segment -> {
            for (int i = segment.offset(); i < segment.end(); i++) {
                vector[i] = (float) Counter.uniform(key, i) - 0.5f;
            }
        });
        return FloatVector.of(vector);
    }

    public static RunSetup setup(RunPlan plan, int workers, int servers, Path folder) {
        return setup(plan, workers, servers, folder, FakeCompute::new);
    }

    static RunSetup setup(RunPlan plan, int workers, int servers, Path folder, Supplier<StepCompute> compute) {
        return setup(plan, Collections.emptySortedMap(), workers, servers, new Parts(folder, compute));
    }

    private record Parts(Path folder, Supplier<StepCompute> compute) {}

    private static RunSetup setup(
            RunPlan plan, SortedMap<Integer, Kept> manualUnits, int workers, int servers, Parts parts) {
        return new RunSetup(
                plan,
                SHAPE,
                TOKEN_ROWS,
                () -> startVector(plan.pretrain()),
                manualUnits,
                workers,
                servers,
                2,
                parts.compute,
                new CheckpointStore(parts.folder),
                2);
    }
}
