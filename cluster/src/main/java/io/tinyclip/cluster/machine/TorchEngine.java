package io.tinyclip.cluster.machine;

import io.tinyclip.calibrate.Calibration;
import io.tinyclip.cluster.input.ComputeInput;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.compute.ClipCompute;
import io.tinyclip.compute.GraphBudget;
import io.tinyclip.compute.Hold;
import io.tinyclip.compute.LoadingThreads;
import io.tinyclip.compute.ModelEmbedder;
import io.tinyclip.compute.PairCalibration;
import io.tinyclip.compute.SilencedTeacher;
import io.tinyclip.compute.Teacher;
import io.tinyclip.compute.TeacherCache;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.NativeMemory;
import io.tinyclip.engine.Torch;
import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.inherit.SilencedLoss;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.VectorPool;
import io.tinyclip.numeric.Probe;
import io.tinyclip.step.StepCompute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** The engine of every real run: libtorch. */
public final class TorchEngine implements Engine {
    /** Part of the machine's memory that kept forward passes may take before they are computed twice instead. */
    private static final long HOLD_SHARE = 4;

    /** In a batch that units are measured on. */
    private static final int SILENCED_PAIRS = 64;

    private final ComputeDevice device;
    private volatile Optional<StoredTeaching> prepared = Optional.empty();

    /** On the processor. */
    public TorchEngine() {
        this(ComputeDevice.CPU);
    }

    private TorchEngine(ComputeDevice device) {
        this.device = device;
    }

    @Override
    public Engine on(ComputeDevice other) {
        Torch.require(other);
        return new TorchEngine(other);
    }

    @Override
    public String version() {
        return Torch.version();
    }

    @Override
    public String device() {
        return device.isGpu() ? Torch.model(device) : device.name();
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.of(device);
    }

    @Override
    public Map<String, String> answers(Precision precision) {
        return Probe.answers(device, precision);
    }

    @Override
    public void prepare(ComputeInput input) {
        prepared = Optional.of(stored(input));
        prepared.get().stores();
    }

    private StoredTeaching stored(ComputeInput input) {
        return prepared.filter(it -> it.isOf(input))
                .orElseGet(() -> new StoredTeaching(
                        input, device, precision -> MachineParts.numericClass(this, precision, System.getenv())
                                .name()));
    }

    @Override
    public Supplier<StepCompute> compute(ComputeInput input) {
        TeacherCache cache = new TeacherCache(input.settings().free().machine().teacherCacheBytes());
        GraphBudget graphs = graphs(input.settings().free().machine().hold());
        VectorPool gradients = new VectorPool();
        FreeSettings.Loading ahead = input.settings().free().machine().loading();
        LoadingThreads loading = new LoadingThreads(ahead.threads(), ahead.steps());
        List<Teacher> teachers = StoredTeaching.asked(input);
        StoredTeaching stored = stored(input);
        // Who only leads a run asks for this too, before any machine has decided the precision.
        return () -> new ClipCompute(new ClipCompute.Setup(
                input.plan(),
                input.data(),
                input.shape(),
                input.rows(),
                input.preprocessing(),
                input.settings().step().precision().orElseThrow(),
                input.settings().teaching().logitScale(),
                teachers,
                new ClipCompute.Memory(graphs, cache, gradients, loading, stored.stores()),
                device));
    }

    @Override
    public SilencedLoss silenced(ComputeInput input) {
        Settings settings = input.settings();
        return new SilencedTeacher(new SilencedTeacher.Setup(
                teacher(input.teachers().get(0), input),
                input.data(),
                input.rows(),
                input.preprocessing(),
                settings.teaching().logitScale(),
                settings.step().seed(),
                Math.min(settings.step().batch(), SILENCED_PAIRS),
                settings.free().machine().threads(),
                device));
    }

    @Override
    public Calibration calibration(ComputeInput input, Layout layout, FloatVector vector, int batches) {
        Settings settings = input.settings();
        PairCalibration.Setup setup = new PairCalibration.Setup(
                layout,
                input.data(),
                input.rows(),
                input.preprocessing(),
                settings.step().seed(),
                batches,
                settings.free().machine().threads(),
                device);
        return new PairCalibration(setup, vector);
    }

    @Override
    public Loaded load(Model model) {
        ModelEmbedder embedder = new ModelEmbedder(model, Precision.FP32, device.threads(), device);
        return new Loaded() {
            @Override
            public Embedder embedder() {
                return embedder;
            }

            @Override
            public void close() {
                embedder.close();
                NativeMemory.trim();
            }
        };
    }

    /** On a processor, threads are as many as the settings say, whatever they take. */
    private GraphBudget graphs(Hold hold) {
        Memory memory = Memory.ofThisMachine(device);
        return device.isGpu()
                ? GraphBudget.ofGpu(hold, memory.device())
                : new GraphBudget(hold, memory.physical() / HOLD_SHARE);
    }

    /** With the run's token rows, as what is masked must be. */
    private static Teacher teacher(Model model, ComputeInput input) {
        ModelShape shape = model.shape();
        Layout compact = Layout.of(shape, input.rows().rows(), false, false);
        return new Teacher(compact, input.start().compact(model));
    }
}
