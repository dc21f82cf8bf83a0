package io.tinyclip.compute;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.Buffers;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.AffinityKernel;
import io.tinyclip.loss.GlobalBatch;
import io.tinyclip.loss.LossCompute;
import io.tinyclip.loss.LossShare;
import io.tinyclip.loss.Positives;
import io.tinyclip.mask.MaskNoise;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.VectorPool;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.random.Counter;
import io.tinyclip.step.Contribution;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The real tensor work of a worker, on libtorch. */
public final class ClipCompute implements StepCompute {
    private static final long MASK_NOISE = 0x6d61736bL;

    private final Setup setup;
    private final BatchLoader loader;
    private final LossCompute loss;
    private final LossShare share;
    private final NDManager manager;
    private final Pairs pairs;
    private final Map<Integer, Prepared> prepared = new ConcurrentHashMap<>();
    private Optional<Student> student = Optional.empty();
    private Optional<GlobalBatch> batch = Optional.empty();

    /**
     * What decides the work.
     *
     * @param plan of the run
     * @param data the training pairs
     * @param shape of the run's first student: its image size and context length hold throughout
     * @param rows the token rows of every layout of the run
     * @param preprocessing how pictures become a tower's input
     * @param precision number type inside the kernels
     * @param logitScale s of teacher and student, where the student's is not learned
     * @param teachers the models to mimic, the one that is compressed first; none for pretrain, and not asked where no term
     *     of the loss does
     * @param memory what may be kept
     * @param device to compute on
     */
    public record Setup(
            RunPlan plan,
            Dataset data,
            ModelShape shape,
            TokenRows rows,
            Preprocessing preprocessing,
            Precision precision,
            double logitScale,
            List<Teacher> teachers,
            Memory memory,
            ComputeDevice device) {
        /** @throws InvalidInputException if a batch norm would see one value, which has no variance */
        public Setup {
            teachers = List.copyOf(teachers);
            if (plan.loss().taught() && teachers.size() != plan.loss().teachers()) {
                throw new IllegalArgumentException("[" + teachers.size() + "] teachers where the loss has ["
                        + plan.loss().teachers() + "]");
            }
            requireVariance(shape, plan);
        }
    }

    /** @throws InvalidInputException if a batch norm would see one value, which has no variance */
    public static void requireVariance(ModelShape shape, RunPlan plan) {
        if (shape.image() instanceof ResNet tower && plan.partitionSize() * tower.grid() * tower.grid() < 2) {
            throw new InvalidInputException("partitions of [" + plan.partitionSize() + "] pair and pictures of ["
                    + tower.imageSize() + "] pixels leave a batch norm one value a channel; it needs at least 2: "
                    + "lower tinyclip.partitions or raise tinyclip.batch");
        }
    }

    /**
     * What may be kept to save work, shared by the workers of a process; the bits do not depend on it.
     *
     * @param graphs held forward graphs, and what they leave room for of the loss
     * @param teacherCache teacher embeddings
     * @param gradients that nobody reads any more
     */
    public record Memory(GraphBudget graphs, TeacherCache teacherCache, VectorPool gradients) {}

    /** A partition between its forward and its backward. */
    private record Prepared(NDManager manager, ClipKernel.Batch batch, Optional<ClipKernel.Held> held, long bytes) {}

    public ClipCompute(Setup setup) {
        this.setup = setup;
        this.manager = Torch.newManager(setup.device());
        RunPlan plan = setup.plan();
        Sampler sampler = new Sampler(setup.data(), plan.seed(), plan.globalBatch(), plan.views());
        this.share = setup.memory().graphs().share(setup.device());
        this.loss = new LossCompute(
                share.join(),
                plan.loss(),
                plan.partitionSize(),
                setup.logitScale(),
                LossCompute.Tiling.of(setup.device(), setup.memory().graphs().tiles()));
        BatchLoader.Inputs inputs = new BatchLoader.Inputs(
                setup.rows(),
                setup.preprocessing(),
                setup.shape().text().contextLength(),
                setup.device().copies());
        this.loader = new BatchLoader(setup.data(), sampler, inputs, plan.partitionSize());
        this.pairs = new Pairs(
                manager,
                loader,
                setup.teachers().stream()
                        .filter(t -> plan.loss().taught())
                        .map(t -> new TeacherForward(manager, t, setup.rows(), setup.precision()))
                        .toList(),
                setup.memory().teacherCache(),
                sampler.period());
    }

    @Override
    public void install(Cursor cursor, Layout layout, FloatVector vector) {
        release();
        pairs.keepOnly(setup.plan().dataPosition(cursor));
        Optional<Student> same = student.filter(s -> s.layout().hash().equals(layout.hash()));
        student = Optional.of(
                same.isPresent() ? same.get().refilled(setup.device().copies(), vector) : compiled(layout, vector));
    }

    private Student compiled(Layout layout, FloatVector vector) {
        student.ifPresent(s -> s.manager().close());
        student = Optional.empty();
        NDManager own = manager.newSubManager();
        return Student.of(own, ClipKernel.compile(own, layout, setup.precision()), layout, vector);
    }

    @Override
    public void prepare(Cursor cursor, int partition) {
        pairs.prepare(setup.plan().dataPosition(cursor), partition);
    }

    @Override
    public PartitionFeatures features(Cursor cursor, int partition) {
        Torch.gradients(false);
        Student now = installed();
        Pairs.Loaded loaded = pairs.take(setup.plan().dataPosition(cursor), partition);
        NDManager scope = loaded.manager();
        BatchLoader.Arrays arrays = loaded.arrays();
        NDArray noise = noise(scope, now.layout(), cursor, partition);
        ClipKernel.Batch kernelBatch =
                new ClipKernel.Batch(now.weights(), arrays.pixels(), arrays.tokens(), arrays.ends(), noise);
        long bytes = Hold.bytes(now.layout(), setup.plan().partitionSize());
        ClipKernel.Embeddings out;
        Optional<ClipKernel.Held> held = Optional.empty();
        if (setup.memory().graphs().take(bytes)) {
            ClipKernel.Held graph = now.kernel().hold(kernelBatch);
            held = Optional.of(graph);
            out = new ClipKernel.Embeddings(graph.image(), graph.text());
        } else {
            out = now.kernel().student(kernelBatch);
        }
        Prepared made = new Prepared(scope, kernelBatch, held, held.isPresent() ? bytes : 0);
        Optional.ofNullable(prepared.put(partition, made)).ifPresent(this::free);
        Embedded embedded = new Embedded(Buffers.floats(out.image()), Buffers.floats(out.text()));
        return new PartitionFeatures(embedded, loaded.taught());
    }

    private NDArray noise(NDManager scope, Layout layout, Cursor cursor, int partition) {
        float[] noise = new float[layout.size() - layout.maskStart()];
        long key = Counter.key(setup.plan().seed(), MASK_NOISE, cursor.stage(), cursor.step(), partition);
        MaskNoise.fill(key, noise);
        return scope.create(noise);
    }

    @Override
    public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
        Torch.gradients(false);
        try (NDManager scope = manager.newSubManager()) {
            return loss.logSumExps(place(scope, cursor, partition, all));
        }
    }

    @Override
    public Contribution gradient(Cursor cursor, int partition, List<PartitionFeatures> all, List<float[]> logSumExps) {
        if (!prepared.containsKey(partition)) {
            // Another worker made the features, and is gone.
            features(cursor, partition);
        }
        Prepared own = Objects.requireNonNull(prepared.remove(partition), "features leave the partition prepared");
        try {
            AffinityKernel.Result result = loss.loss(place(own.manager, cursor, partition, all), logSumExps);
            Student now = installed();
            NDArray[] cotangents = cotangents(own.manager, now.layout(), result);
            NDArray gradient = own.held
                    .map(graph -> now.kernel().pullback(graph, cotangents))
                    .orElseGet(() -> now.kernel().gradient(own.batch, cotangents));
            FloatVector floats = setup.memory().gradients().take(now.layout().size());
            Buffers.copy(gradient, floats.floats());
            gradient.close();
            float[] sums = Buffers.floats(result.sums());
            if (now.layout().logitScaleLearned()) {
                int at = now.layout().segment("logit_scale").offset();
                floats.floats().put(at, floats.get(at) + sums[2]);
            }
            return new Contribution(floats, sums[0], sums[1]);
        } finally {
            free(own);
        }
    }

    @Override
    public void reuse(FloatVector gradient) {
        setup.memory().gradients().give(gradient);
    }

    /** The moments of a partition's batch norms go into the sum as their share of the partitions' mean. */
    private NDArray[] cotangents(NDManager scope, Layout layout, AffinityKernel.Result result) {
        if (layout.shape().image() instanceof ResNet) {
            NDArray share = scope.create(1f / setup.plan().partitions());
            return new NDArray[] {result.dImage(), result.dText(), share};
        }
        return new NDArray[] {result.dImage(), result.dText()};
    }

    private LossCompute.Place place(NDManager scope, Cursor cursor, int partition, List<PartitionFeatures> all) {
        return new LossCompute.Place(
                scope, joined(cursor, all), partition, installed().logitScale());
    }

    /** What all partitions share is made once a step, whichever partition asks first, of whichever worker here. */
    private synchronized GlobalBatch joined(Cursor cursor, List<PartitionFeatures> all) {
        if (batch.isEmpty()) {
            RunPlan plan = setup.plan();
            batch = Optional.of(share.batch(new LossShare.Contents(
                    plan.loss(),
                    plan.partitionSize(),
                    setup.logitScale(),
                    installed().logitScale(),
                    positives(cursor),
                    all)));
        }
        return batch.get();
    }

    private Positives positives(Cursor cursor) {
        if (!setup.plan().loss().paired()) {
            return Positives.NONE;
        }
        return Positives.of(loader.identities(
                setup.plan().dataPosition(cursor), setup.plan().globalBatch()));
    }

    private Student installed() {
        return student.orElseThrow(() -> new IllegalStateException("no vector is installed"));
    }

    private void release() {
        prepared.values().forEach(this::free);
        prepared.clear();
        batch.ifPresent(share::release);
        batch = Optional.empty();
    }

    private void free(Prepared partition) {
        partition.manager.close();
        setup.memory().graphs().giveBack(partition.bytes);
    }

    @Override
    public void close() {
        if (manager.isOpen()) {
            release();
            share.leave();
            manager.close();
        }
    }
}
