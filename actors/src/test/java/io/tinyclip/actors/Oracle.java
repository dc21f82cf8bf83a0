package io.tinyclip.actors;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.calibrate.CalibratedCut;
import io.tinyclip.calibrate.StageCut;
import io.tinyclip.files.tensors.Float16;
import io.tinyclip.inherit.Cut;
import io.tinyclip.inherit.Factorisation;
import io.tinyclip.inherit.Gather;
import io.tinyclip.inherit.Kept;
import io.tinyclip.inherit.ManualInheritance;
import io.tinyclip.inherit.MaskStart;
import io.tinyclip.inherit.OldVector;
import io.tinyclip.inherit.Transition;
import io.tinyclip.inherit.WidthMap;
import io.tinyclip.mask.Costs;
import io.tinyclip.mask.MaskGroup;
import io.tinyclip.mask.MaskIndex;
import io.tinyclip.mask.Sparsity;
import io.tinyclip.mask.SparsityPenalty;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.optimize.AdamW;
import io.tinyclip.optimize.BlockSums;
import io.tinyclip.optimize.Range;
import io.tinyclip.optimize.ShardOptimizer;
import io.tinyclip.optimize.StateDigest;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.Phase;
import io.tinyclip.plan.Rates;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.Schedule;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.rounding.Rounding;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;

/** The whole run as a plain loop on one thread: no actors, no shards, no leases. What actors do must have its bits. */
final class Oracle {
    final List<String> digests = new ArrayList<>();
    final List<Double> losses = new ArrayList<>();
    private final RunPlan plan;
    private final ModelShape teacher;
    private final SortedMap<Integer, Kept> manualUnits;
    private final StageCut calibrated;
    private final SparsityPenalty penalty;
    private final StepCompute compute;
    private Layout layout;
    private WidthMap widths;
    private float[] vector;
    private float[] first = new float[0];
    private float[] second = new float[0];
    private long count;

    private Oracle(RunSetup setup) {
        this.plan = setup.plan();
        this.teacher = setup.teacher();
        this.manualUnits = setup.manualUnits();
        this.calibrated = setup.calibrated();
        this.penalty = plan.mask().oneSided() ? SparsityPenalty.ONE_SIDED : SparsityPenalty.TWO_SIDED;
        this.compute = setup.compute().get();
        this.layout = Layout.of(setup.start(), setup.tokenRows(), false, plan.pretrain());
        this.widths = WidthMap.identity(teacher.text().width());
        this.vector = setup.startVector().get().toArray();
        fresh();
    }

    static Oracle run(RunSetup setup) {
        Oracle oracle = new Oracle(setup);
        for (int stage = 0; stage < oracle.plan.stages().size(); stage++) {
            oracle.stage(stage);
        }
        return oracle;
    }

    private void stage(int stage) {
        if (plan.pretrain()) {
            phase(new Cursor(stage, Phase.PRETRAIN, 0));
            return;
        }
        if (plan.stages().get(stage).tokenRank().isPresent()) {
            ModelShape factorised = plan.stages().get(stage).shape(layout.shape());
            Layout next = Layout.of(factorised, layout.tokenRows(), false, false);
            widths = widths.first(factorised.text().width());
            move(next, Factorisation.of(layout, next));
            phase(new Cursor(stage, Phase.DISTILL, 0));
            return;
        }
        if (plan.stages().get(stage).calibration().isPresent()) {
            calibrate(plan.stages().get(stage));
            phase(new Cursor(stage, Phase.DISTILL, 0));
            return;
        }
        Optional<ModelShape> student = plan.stages().get(stage).student();
        if (student.isPresent()) {
            takeOver(Layout.of(student.get(), layout.tokenRows(), false, false), manualUnits.get(stage));
            phase(new Cursor(stage, Phase.DISTILL, 0));
            return;
        }
        Layout masked = Layout.of(layout.shape(), layout.tokenRows(), true, false);
        move(masked, MaskStart.of(layout, masked, penalty));
        phase(new Cursor(stage, Phase.INHERIT, 0));
        float[] masks = masks();
        Costs costs = Costs.of(plan.mask().budget(), teacher);
        long target = costs.target(plan.stages().get(stage).keep());
        Kept kept = Cut.cut(layout, masks, target, plan.mask(), costs);
        MaskGroup width = MaskIndex.of(layout).text().width();
        float[] soft = MaskIndex.of(layout).soft(masks);
        widths = widths.compose(kept.text().width(), Arrays.copyOfRange(soft, width.from(), width.end()));
        Layout cut = Layout.of(kept.shapeAfter(layout.shape()), layout.tokenRows(), false, false);
        move(cut, Gather.of(layout, cut, kept, masks));
        phase(new Cursor(stage, Phase.DISTILL, 0));
    }

    private void calibrate(StagePlan stage) {
        CalibratedCut cut = calibrated.cut(layout, FloatVector.of(vector), widths, stage, () -> true);
        Layout next = Layout.of(cut.kept().shapeAfter(layout.shape()), layout.tokenRows(), false, false);
        vector = Gather.chosen(layout, next, cut.kept())
                .values(0, next.size(), OldVector.slice(cut.vector().toArray(), 0));
        layout = next;
        widths = cut.table().map(it -> WidthMap.identity(it.to())).orElse(widths);
        fresh();
    }

    private void takeOver(Layout chosen, Kept units) {
        if (units == null) {
            widths = widths.first(chosen.shape().text().width());
            move(chosen, ManualInheritance.of(layout, chosen));
        } else {
            widths = widths.chosen(units.text().width());
            move(chosen, Gather.chosen(layout, chosen, units));
        }
    }

    private void phase(Cursor start) {
        Cursor cursor = start;
        while (!plan.phaseComplete(cursor)) {
            step(cursor);
            cursor = plan.next(cursor);
        }
        if (cursor.phase() != Phase.INHERIT) {
            String line = "stage " + cursor.stage() + " phase " + cursor.phase() + " step " + cursor.step() + " count "
                    + count + " layout " + layout.hash() + " widths " + widths.hash();
            Range all = new Range(0, layout.size());
            digests.add(StateDigest.of(
                    line,
                    StateDigest.blockHashes(
                            layout,
                            all,
                            Stream.of(vector, first, second)
                                    .map(FloatVector::of)
                                    .toList())));
        }
    }

    private void step(Cursor cursor) {
        compute.install(
                cursor, layout, FloatVector.of(rounded(vector, plan.wire().weights())));
        List<PartitionFeatures> features = new ArrayList<>();
        List<float[]> logSumExps = new ArrayList<>();
        List<float[]> gradients = new ArrayList<>();
        double[] losses = new double[plan.partitions()];
        for (int p = 0; p < plan.partitions(); p++) {
            features.add(rounded(compute.features(cursor, p)));
        }
        for (int p = 0; p < plan.partitions(); p++) {
            logSumExps.add(compute.logSumExps(cursor, p, features));
        }
        for (int p = 0; p < plan.partitions(); p++) {
            Contribution share = compute.gradient(cursor, p, features, logSumExps);
            gradients.add(
                    rounded(share.gradient().onHost().toArray(), plan.wire().gradients()));
            losses[p] = share.loss();
        }
        this.losses.add(BlockSums.total(losses));
        update(cursor, sum(gradients));
    }

    private void update(Cursor cursor, float[] gradient) {
        Rates rates = Schedule.rates(plan, cursor);
        if (!plan.pretrain()) {
            gradient[layout.segment("logit_scale").offset()] = 0;
        }
        for (String table : List.of("token_embedding.weight", "token_embedding.basis")) {
            if (plan.optimizer().tokenRate() == 0) {
                layout.find(table).ifPresent(it -> Arrays.fill(gradient, it.offset(), it.end(), 0));
            }
        }
        if (layout.masked()) {
            float[] part = Arrays.copyOfRange(gradient, layout.maskStart(), layout.size());
            Sparsity.of(
                            layout,
                            Costs.of(plan.mask().budget(), teacher),
                            plan.mask().countsPadding())
                    .addGradient(masks(), part, rates.sparsityTarget(), penalty);
            System.arraycopy(part, 0, gradient, layout.maskStart(), part.length);
        }
        Range all = new Range(0, layout.size());
        double norm = Math.sqrt(BlockSums.total(BlockSums.squaredNorms(layout, all, FloatVector.of(gradient))));
        if (!Double.isFinite(norm)) {
            return;
        }
        count++;
        float clip = (float) Math.min(1, plan.optimizer().clipNorm() / (norm + 1e-6));
        FloatVector updated = FloatVector.allocate(vector.length);
        ShardOptimizer.State state = new ShardOptimizer.State(
                FloatVector.of(vector), updated, FloatVector.of(first), FloatVector.of(second));
        AdamW.Update order = new AdamW.Update(rates, clip, count);
        new ShardOptimizer(plan.optimizer()).apply(layout, all, state, FloatVector.of(gradient), order);
        vector = updated.toArray();
        first = state.first().toArray();
        second = state.second().toArray();
    }

    private PartitionFeatures rounded(PartitionFeatures features) {
        Rounding rounding = plan.wire().features();
        return new PartitionFeatures(
                rounded(features.student(), rounding),
                features.teachers().stream().map(it -> rounded(it, rounding)).toList());
    }

    private static Embedded rounded(Embedded model, Rounding rounding) {
        return new Embedded(rounded(model.image(), rounding), rounded(model.text(), rounding));
    }

    private static float[] rounded(float[] values, Rounding rounding) {
        float[] rounded = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            rounded[i] = switch (rounding) {
                case FP32 -> values[i];
                case BF16 -> bfloat16(values[i]);
                case FP16 -> Float16.toFloat(Float16.fromFloat(values[i]));
            };
        }
        return rounded;
    }

    /** Of the two neighbours with 16 bits the nearer, or the even one. */
    private static float bfloat16(float value) {
        int low = Float.floatToRawIntBits(value) >>> 16;
        float inner = Float.intBitsToFloat(low << 16);
        float outer = Float.intBitsToFloat(low + 1 << 16);
        int order = Double.compare(Math.abs((double) value - inner), Math.abs((double) value - outer));
        return order < 0 || (order == 0 && low % 2 == 0) ? inner : outer;
    }

    /** The canonical tree, level by level. */
    private float[] sum(List<float[]> gradients) {
        List<float[]> level = gradients;
        while (level.size() > 1) {
            List<float[]> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += 2) {
                float[] sum = level.get(i).clone();
                for (int k = 0; k < sum.length; k++) {
                    sum[k] += level.get(i + 1)[k];
                }
                above.add(rounded(sum, plan.wire().gradients()));
            }
            level = above;
        }
        return level.get(0);
    }

    private float[] masks() {
        return Arrays.copyOfRange(vector, layout.maskStart(), layout.size());
    }

    private void move(Layout next, Transition transition) {
        vector = transition.values(0, next.size(), OldVector.slice(vector, 0));
        layout = next;
        MomentTransfer moments = plan.optimizer().moments();
        if (moments == MomentTransfer.FRESH) {
            fresh();
        } else {
            first = transition.moments(moments, 0, next.size(), OldVector.slice(first, 0));
            second = transition.moments(moments, 0, next.size(), OldVector.slice(second, 0));
        }
    }

    private void fresh() {
        first = new float[layout.size()];
        second = new float[layout.size()];
        count = 0;
    }
}
