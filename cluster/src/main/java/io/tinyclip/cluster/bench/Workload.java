package io.tinyclip.cluster.bench;

import io.tinyclip.compute.ClipCompute;
import io.tinyclip.compute.GraphBudget;
import io.tinyclip.compute.Hold;
import io.tinyclip.compute.LoadingThreads;
import io.tinyclip.compute.Teacher;
import io.tinyclip.compute.TeacherCache;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.Counts;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Initialization;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.plan.MaskPlan;
import io.tinyclip.plan.OptimizerPlan;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;
import io.tinyclip.step.StepCompute;
import io.tinyclip.text.Tokenizer;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Supplier;

/**
 * A student that is distilled from a teacher, both with random weights. The batch is the whole data, so that from the second
 * step on the teacher's embeddings are known, as in a run from its second pass on.
 */
final class Workload {
    private static final long CACHE_BYTES = 64L << 20;
    private static final long SEED = 1;
    private static final double LOGIT_SCALE = 50;
    private static final double OPERATIONS = 2;
    private static final double TRAINING_FORWARDS = 3;
    private static final int TEXT_UNIT = 4;

    private final Shapes shapes;
    private final int batch;
    private final int partitions;
    private final TokenRows rows;
    private final SyntheticPairs data;
    private final Place place;
    private final ClipCompute.Memory memory;
    private final Teacher teacher;

    /**
     * Where it is computed, and what may be kept there.
     *
     * @param graphs what forward passes may take
     * @param loading what loads pairs ahead
     */
    record Place(ComputeDevice device, GraphBudget graphs, LoadingThreads loading) {}

    /**
     * @param batch N
     * @param partitions V
     * @param holdBytes that held forward passes may take
     */
    Workload(Shapes shapes, int batch, int partitions, long holdBytes) {
        this(
                shapes,
                batch,
                partitions,
                new Place(ComputeDevice.CPU, new GraphBudget(Hold.AUTO, holdBytes), LoadingThreads.NONE));
    }

    /**
     * @param batch N
     * @param partitions V
     */
    Workload(Shapes shapes, int batch, int partitions, Place place) {
        this.place = place;
        this.shapes = shapes;
        this.batch = batch;
        this.partitions = partitions;
        this.data = new SyntheticPairs(batch);
        this.rows = rows(shapes.student().text());
        this.memory =
                new ClipCompute.Memory(place.graphs, new TeacherCache(CACHE_BYTES), new VectorPool(), place.loading);
        Layout layout = Layout.of(shapes.teacher(), rows.rows(), false, false);
        this.teacher = new Teacher(layout, FloatVector.of(Initialization.random(layout, SEED)));
    }

    private Workload(Workload other, ClipCompute.Memory memory) {
        this.place = other.place;
        this.shapes = other.shapes;
        this.batch = other.batch;
        this.partitions = other.partitions;
        this.data = other.data;
        this.rows = other.rows;
        this.memory = memory;
        this.teacher = other.teacher;
    }

    /** The same pairs and weights, with a teacher that every step asks. */
    Workload asking() {
        return new Workload(
                this,
                new ClipCompute.Memory(memory.graphs(), new TeacherCache(0), memory.gradients(), memory.loading()));
    }

    /** The rows that the captions can meet, as in a run. */
    private TokenRows rows(TextTower text) {
        BitSet tokens = new BitSet();
        data.forEachText(caption -> {
            for (int token : Tokenizer.clip().encode(caption, text.contextLength())) {
                tokens.set(token);
            }
        });
        return TokenRows.of(tokens, text.vocabulary());
    }

    String name() {
        return shapes.name();
    }

    /** N */
    int batch() {
        return batch;
    }

    ModelShape student() {
        return shapes.student();
    }

    TokenRows rows() {
        return rows;
    }

    /** Of the student's vector. */
    Layout layout() {
        return Layout.of(shapes.student(), rows.rows(), false, false);
    }

    /** (P,) */
    float[] vector() {
        return Initialization.random(layout(), SEED);
    }

    /** One stage of so many steps of distillation. */
    RunPlan plan(int steps) {
        StagePlan stage = new StagePlan(1, 0, steps, OptionalDouble.empty(), Optional.of(shapes.student()));
        OptimizerPlan optimizer = new OptimizerPlan(1e-5, 0, 0.9, 0.98, 1e-6, 0.2, 5);
        return new RunPlan(
                SEED, batch, partitions, 1, List.of(stage), false, optimizer, new MaskPlan(0.02, 0.02, 0.1, 8, 1));
    }

    /** Makes the work of one worker a call. */
    Supplier<StepCompute> compute(RunPlan plan, Precision precision) {
        ClipCompute.Setup setup = new ClipCompute.Setup(
                plan,
                data,
                shapes.student(),
                rows,
                Preprocessing.clip(shapes.student().vision().imageSize()),
                precision,
                LOGIT_SCALE,
                List.of(teacher),
                memory,
                place.device);
        return () -> new ClipCompute(setup);
    }

    /** Operations of the student's towers in a step: a forward, and a backward that costs two. */
    double operations() {
        return TRAINING_FORWARDS * forwardOperations(shapes.student(), batch);
    }

    /** Those of a model's towers in a forward of so many pairs. */
    static double forwardOperations(ModelShape shape, int pairs) {
        return OPERATIONS * pairs * macs(shape);
    }

    /** Of a pair whose text is as long as the captions are. */
    private static double macs(ModelShape shape) {
        TextTower text = shape.text();
        int tokens = (SyntheticPairs.captionTokens(text.contextLength()) + TEXT_UNIT - 1) / TEXT_UNIT * TEXT_UNIT;
        TextTower read = new TextTower(
                tokens, text.vocabulary(), text.width(), text.headWidth(), text.layers(), text.tokenRank());
        return Counts.of(new ModelShape(shape.embedding(), shape.activation(), shape.image(), read))
                .macs();
    }
}
