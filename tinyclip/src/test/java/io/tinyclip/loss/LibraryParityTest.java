package io.tinyclip.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.files.Model;
import io.tinyclip.kernel.ClipKernel;
import io.tinyclip.kernel.KernelSource;
import io.tinyclip.kernel.Precision;
import io.tinyclip.kernel.Reference;
import io.tinyclip.model.Segment;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Transformers of every format that is read, against what the libraries that wrote them compute. */
class LibraryParityTest {
    private static final double FORWARD = 1e-5;
    private static final double GRADIENT = 1e-4;
    private static final double AFFINITY_SCALE = 50;
    /** What each block of a tower makes, from what enters the first: the kernel's own layers, one at a time. */
    private static final String BLOCKS = """

              def %1$s_blocks(self: __torch__.K, x: Tensor, w: Tensor) -> Tensor:
                h = torch.split_with_sizes(w, self.pieces())
                plan = self.%1$s_layers()
                B, L, D = torch.size(x)
                x = torch.transpose(x, 0, 1).reshape([L * B, D])
                place = torch.arange(L, dtype=4, device=x.device)
                masks = annotate(List[Tensor], [])
                if %2$s:
                  masks.append(self.forbidden(torch.gt(place.view([1, 1, L]), place.view([1, L, 1]))))
                every = torch.arange(L * B, dtype=4, device=x.device)
                states = annotate(List[Tensor], [])
                for i in range(len(plan) // 5):
                  x = self.layers(x, h, h, h, torch.slice(plan, 5 * i, 5 * i + 5), w, [B, L], every, [masks, masks])
                  unused = torch.append(states, torch.transpose(x.view([L, B, D]), 0, 1))
                return torch.stack(states, 0)
            """;

    private static final String PRODUCT = """
              def product(self: __torch__.K, x: Tensor, y: Tensor) -> Tensor:
                return torch.matmul(x, torch.t(y))
            """;

    static List<String> transformers() {
        return List.of(
                "hf-vit",
                "hf-vit-gelu-sharded",
                "hf-vit-bin",
                "openclip-vit",
                "openclip-vit.pt",
                "openclip-custom-text.pt",
                "openai-jit.pt",
                "tinyclip-auto.pt",
                "tinyclip-manual.pt");
    }

    @ParameterizedTest
    @MethodSource("transformers")
    void everyBlockGivesTheLibrarysHiddenStates(String name) {
        try (Reference reference = new Reference(name);
                TensorScope manager = Torch.newScope()) {
            Model model = reference.read();
            String source = KernelSource.of(model.layout(), Precision.FP32)
                    + BLOCKS.formatted("image", "False")
                    + BLOCKS.formatted("text", "True");
            Script kernel = ScriptArchive.compile(manager, source);
            Tensor weights = manager.floats(model.vector().toArray());
            for (String tower : List.of("image", "text")) {
                Tensor first = reference.array(manager, tower + ".hidden.0");
                Tensor states =
                        kernel.call(manager, tower + "_blocks", first, weights).get(0);
                assertEquals(reference.names(tower + ".hidden.").size() - 1, states.shape()[0]);
                for (long i = 0; i < states.shape()[0]; i++) {
                    float[] state = states.narrow(manager, 0, i, 1).floats();
                    reference.assertAgrees(tower + ".hidden." + (i + 1), state, FORWARD);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("transformers")
    @ValueSource(strings = "openclip-rn")
    void embeddingsAndLogitsAreTheLibrarys(String name) {
        try (Reference reference = new Reference(name);
                TensorScope manager = Torch.newScope()) {
            Model model = reference.read();
            ClipKernel.Embeddings out =
                    ClipKernel.compile(manager, model.layout(), Precision.FP32).encode(reference.batch(manager, model));
            reference.assertAgrees("image.embedding", out.image().floats(), FORWARD);
            reference.assertAgrees("text.embedding", out.text().floats(), FORWARD);
            int scale = model.layout().segment("logit_scale").offset();
            Script product = ScriptArchive.compile(manager, PRODUCT);
            Tensor logits =
                    product.call(manager, "product", out.image(), out.text()).get(0);
            Tensor scaled = logits.times((float) Math.exp(model.vector().get(scale)));
            reference.assertAgrees("logits_per_image", scaled.floats(), FORWARD);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf-vit", "openclip-vit"})
    void gradientOfTheAffinityLossIsTheLibrarys(String name) {
        try (Reference reference = new Reference(name);
                TensorScope manager = Torch.newScope()) {
            Model model = reference.read();
            ClipKernel kernel = ClipKernel.compile(manager, model.layout(), Precision.FP32);
            ClipKernel.Batch batch = reference.batch(manager, model);
            AffinityKernel.Result loss = loss(manager, reference, kernel.student(batch));
            float[] gradient =
                    kernel.gradient(batch, loss.dImage(), loss.dText()).floats();
            for (Segment segment : model.layout().segments()) {
                if (!segment.name().equals("logit_scale")) {
                    reference.assertGradientAgrees("", segment, gradient, GRADIENT);
                }
            }
        }
    }

    private static AffinityKernel.Result loss(TensorScope manager, Reference reference, ClipKernel.Embeddings student) {
        float[] teacherImage = reference.values("teacher.image");
        float[] teacherText = reference.values("teacher.text");
        PartitionFeatures features = new PartitionFeatures(
                new Embedded(student.image().floats(), student.text().floats()),
                List.of(new Embedded(teacherImage, teacherText)));
        int pairs = (int) student.image().shape()[0];
        GlobalBatch global = new GlobalBatch(manager.newScope(), false, List.of(features), pairs, Positives.NONE);
        LossCompute compute = new LossCompute(
                AffinityKernel.compile(manager),
                LossPlan.AFFINITY,
                pairs,
                AFFINITY_SCALE,
                new LossCompute.Tiling(256, TileMemory.ALL));
        LossCompute.Place place = new LossCompute.Place(manager, global, 0, OptionalDouble.empty());
        return compute.loss(place, List.of(compute.logSumExps(place)));
    }
}
