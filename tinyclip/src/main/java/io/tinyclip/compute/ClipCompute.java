package io.tinyclip.compute;

import io.tinyclip.data.Dataset;
import io.tinyclip.data.Sampler;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.Precision;
import io.tinyclip.loss.AffinityKernel;
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
import io.tinyclip.step.Gradient;
import io.tinyclip.step.PartitionFeatures;
import io.tinyclip.step.ShardPin;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The real tensor work of a worker, on libtorch. */
public final class ClipCompute implements StepCompute {
    private static final long MASK_NOISE = 0x6d61736bL;

    private static final Embedded NOTHING = new Embedded(new float[0], new float[0]);

    private final Setup setup;
    private final StepLoss loss;
    private final TensorScope home;
    private final BatchLoader loader;
    private final Pairs pairs;
    private final Gradients gradients;
    private final Map<Integer, Prepared> prepared = new ConcurrentHashMap<>();
    private Optional<Student> student = Optional.empty();

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
            boolean asked = plan.loss().taught() && !(memory.stores() instanceof TeacherStores.Inputs);
            if (asked && teachers.size() != plan.loss().teachers()) {
                throw new IllegalArgumentException("[" + teachers.size() + "] teachers where the loss has ["
                        + plan.loss().teachers() + "]");
            }
            BatchNorms.requireVariance(shape, plan);
        }
    }

    /**
     * What saves work or waiting, shared by the workers of a process; the bits do not depend on it.
     *
     * @param graphs held forward graphs, and what they leave room for of the loss
     * @param teacherCache teacher embeddings
     * @param gradients that nobody reads any more
     * @param loading load what comes next
     * @param stores of teacher embeddings; where there are some, they decide bits, and the cache is not used
     */
    public record Memory(
            GraphBudget graphs,
            TeacherCache teacherCache,
            VectorPool gradients,
            LoadingThreads loading,
            TeacherStores stores) {
        /** Where nothing is stored. */
        public Memory(GraphBudget graphs, TeacherCache teacherCache, VectorPool gradients, LoadingThreads loading) {
            this(graphs, teacherCache, gradients, loading, TeacherStores.NONE);
        }
    }

    public ClipCompute(Setup setup) {
        this.setup = setup;
        this.home = Torch.newScope(setup.device());
        RunPlan plan = setup.plan();
        Sampler sampler = new Sampler(setup.data(), plan.seed(), plan.globalBatch(), plan.views());
        BatchLoader.Inputs inputs = new BatchLoader.Inputs(
                setup.rows(),
                setup.preprocessing(),
                setup.shape().text().contextLength(),
                PictureTensors.on(home, setup.device().copies(), setup.preprocessing()));
        this.loader = new BatchLoader(setup.data(), sampler, inputs, plan.partitionSize());
        this.loss = new StepLoss(setup, loader);
        this.gradients = setup.device().copies()
                ? new DeviceGradients(home, setup.memory().gradients())
                : new HostGradients(setup.memory().gradients());
        this.pairs = new Pairs(
                home, new ComingPairs(loader, setup.memory().loading()), TeacherAnswers.of(setup, home, sampler));
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
        student.ifPresent(s -> s.scope().close());
        student = Optional.empty();
        TensorScope own = home.newScope();
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
        expectNext(cursor, partition);
        TensorScope scope = loaded.scope();
        BatchLoader.Arrays arrays = loaded.arrays();
        Tensor noise = noise(scope, now.layout(), cursor, partition);
        ClipKernel.Batch kernelBatch =
                new ClipKernel.Batch(now.weights(), arrays.pixels(), arrays.tokens(), arrays.ends(), noise);
        long bytes = arrays.isEmpty()
                ? 0
                : Hold.bytes(now.layout(), arrays.ends().size(), arrays.tokens().shape()[1], setup.precision());
        boolean holds = !arrays.isEmpty() && setup.memory().graphs().take(bytes);
        try {
            Optional<ClipKernel.Held> held = holds ? Optional.of(now.kernel().hold(kernelBatch)) : Optional.empty();
            Prepared made = new Prepared(scope, kernelBatch, held, bytes, arrays.leftOut());
            Embedded embedded = made.isEmpty() ? NOTHING : embedded(now, made);
            Optional.ofNullable(prepared.put(partition, made)).ifPresent(this::free);
            return new PartitionFeatures(embedded, loaded.taught(), arrays.empty());
        } catch (RuntimeException | Error e) {
            // A device may be out of memory: what this partition has of it is others' again.
            scope.close();
            if (holds) {
                setup.memory().graphs().giveBack(bytes);
            }
            throw e;
        }
    }

    private static Embedded embedded(Student student, Prepared made) {
        if (made.held().isPresent()) {
            ClipKernel.Held graph = made.held().get();
            return new Embedded(graph.image().floats(), graph.text().floats());
        }
        ClipKernel.Embeddings out = student.kernel().student(made.batch());
        return new Embedded(out.image().floats(), out.text().floats());
    }

    /** A worker mostly keeps its partitions from step to step. */
    private void expectNext(Cursor cursor, int partition) {
        RunPlan plan = setup.plan();
        Cursor next = plan.next(cursor);
        for (int ahead = 0; ahead < setup.memory().loading().steps() && !plan.phaseComplete(next); ahead++) {
            pairs.expect(plan.dataPosition(next), partition);
            next = plan.next(next);
        }
    }

    private Tensor noise(TensorScope scope, Layout layout, Cursor cursor, int partition) {
        float[] noise = new float[layout.size() - layout.maskStart()];
        long key = Counter.key(setup.plan().seed(), MASK_NOISE, cursor.stage(), cursor.step(), partition);
        MaskNoise.fill(key, noise);
        return scope.floats(noise);
    }

    @Override
    public float[] logSumExps(Cursor cursor, int partition, List<PartitionFeatures> all) {
        Torch.gradients(false);
        if (pairs(all.get(partition)) == 0) {
            return new float[0];
        }
        try (TensorScope scope = home.newScope()) {
            return loss.logSumExps(scope, partition, everybody(cursor, all));
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
            Student now = installed();
            if (own.isEmpty()) {
                return new Contribution(gradients.zeros(now.layout()), 0, 0, own.leftOut());
            }
            AffinityKernel.Result result = loss.gradient(own.scope(), partition, everybody(cursor, all), logSumExps);
            Tensor[] cotangents = cotangents(own.scope(), now.layout(), result, all);
            // Before the backward is launched, for which a GPU's answer would wait.
            float[] sums = result.sums().floats();
            Tensor gradient = own.held()
                    .map(graph -> now.kernel().pullback(graph, cotangents))
                    .orElseGet(() -> setup.memory().graphs().within(own.bytes(), () -> now.kernel()
                            .gradient(own.batch(), cotangents)));
            Gradient summed = gradients.of(gradient, now.layout(), sums[2]);
            return new Contribution(summed, sums[0], sums[1], own.leftOut());
        } finally {
            free(own);
        }
    }

    /** {@inheritDoc} Who asks who is whose positive has asked all pairs of the step. */
    @Override
    public List<ShardPin> pins(Cursor cursor, int partition) {
        RunPlan plan = setup.plan();
        long step = plan.dataPosition(cursor);
        return plan.loss().paired()
                ? loader.pins(step, plan.globalBatch())
                : loader.pins(step, partition * plan.partitionSize(), plan.partitionSize());
    }

    private int pairs(PartitionFeatures features) {
        return features.pairs(setup.plan().partitionSize());
    }

    /** The moments of a partition's batch norms go into the sum as their share of the mean of partitions that have pairs. */
    private Tensor[] cotangents(
            TensorScope scope, Layout layout, AffinityKernel.Result result, List<PartitionFeatures> all) {
        if (layout.shape().image() instanceof ResNet) {
            long sharing = all.stream().filter(each -> pairs(each) > 0).count();
            Tensor share = scope.scalar(1f / sharing);
            return new Tensor[] {result.dImage(), result.dText(), share};
        }
        return new Tensor[] {result.dImage(), result.dText()};
    }

    private StepLoss.Everybody everybody(Cursor cursor, List<PartitionFeatures> all) {
        return new StepLoss.Everybody(cursor, installed().logitScale(), all);
    }

    private Student installed() {
        return student.orElseThrow(() -> new IllegalStateException("no vector is installed"));
    }

    private void release() {
        prepared.values().forEach(this::free);
        prepared.clear();
        loss.release();
    }

    private void free(Prepared partition) {
        partition.scope().close();
        if (partition.held().isPresent()) {
            setup.memory().graphs().giveBack(partition.bytes());
        }
    }

    @Override
    public void close() {
        if (home.isOpen()) {
            release();
            loss.leave();
            home.close();
            setup.memory().loading().sayWaited();
        }
    }
}
