package io.tinyclip.cluster.run;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.files.Model;
import io.tinyclip.kernel.ClipCompute;
import io.tinyclip.kernel.GraphBudget;
import io.tinyclip.kernel.ModelEmbedder;
import io.tinyclip.kernel.Precision;
import io.tinyclip.kernel.Teacher;
import io.tinyclip.kernel.TeacherCache;
import io.tinyclip.kernel.Torch;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.numeric.Probe;
import io.tinyclip.step.StepCompute;
import java.util.Map;
import java.util.function.Supplier;

/** The engine of every real run: libtorch. */
public final class TorchEngine implements Engine {
    /** Part of the machine's memory that kept forward passes may take before they are computed twice instead. */
    private static final long HOLD_SHARE = 4;

    @Override
    public String version() {
        return Torch.version();
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public Map<String, String> answers(Precision precision) {
        return Probe.answers(precision);
    }

    @Override
    public Supplier<StepCompute> compute(ComputeInput input) {
        TeacherCache cache = new TeacherCache(input.settings().free().teacherCacheBytes());
        GraphBudget graphs = new GraphBudget(
                input.settings().free().hold(), Memory.ofThisMachine().physical() / HOLD_SHARE);
        ClipCompute.Setup setup = new ClipCompute.Setup(
                input.plan(),
                input.data(),
                input.shape(),
                input.rows(),
                input.preprocessing(),
                input.settings().precision(),
                input.settings().logitScale(),
                input.teacher().map(teacher -> teacher(teacher, input)),
                new ClipCompute.Memory(graphs, cache));
        return () -> new ClipCompute(setup);
    }

    @Override
    public Loaded load(Model model) {
        ModelEmbedder embedder =
                new ModelEmbedder(model, Precision.FP32, Runtime.getRuntime().availableProcessors());
        return new Loaded() {
            @Override
            public Embedder embedder() {
                return embedder;
            }

            @Override
            public void close() {
                embedder.close();
            }
        };
    }

    private static Teacher teacher(Model model, ComputeInput input) {
        ModelShape shape = model.shape();
        Layout compact = Layout.of(shape, input.rows().rows(), false, false);
        return new Teacher(compact, input.rows().compact(model.layout(), model.vector(), compact));
    }
}
