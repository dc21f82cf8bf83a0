package io.tinyclip.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.files.Model;
import io.tinyclip.model.Group;
import io.tinyclip.model.Segment;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A residual network that open_clip wrote, against what open_clip computes with it in inference and in training. */
class ResNetParityTest {
    private static final double FORWARD = 1e-5;
    private static final double GRADIENT = 1e-4;
    private static final float MOMENTUM = 0.1f;
    /** Softmax cancels a bias that all keys share, so its gradient is only rounding. */
    private static final String NO_GRADIENT = "visual.attnpool.k_proj.bias";

    private static final double ROUNDING = 1e-6;
    /** What each stage makes, from what the stem leaves: the kernel's own blocks. */
    private static final String STAGES = """

              def image_stages(self: __torch__.K, x: Tensor, w: Tensor) -> List[Tensor]:
                h = torch.split_with_sizes(w, self.pieces())
                blocks = self.image_blocks()
                states = annotate(List[Tensor], [])
                at = 15
                for stage in range(len(blocks)):
                  for block in range(blocks[stage]):
                    first = block == 0
                    x = self.bottleneck(x, h, h, at, [first, first and stage > 0], False, annotate(List[Tensor], []))
                    at = at + 15
                    if first:
                      at = at + 5
                  unused = torch.append(states, torch.contiguous(x))
                return states
            """;

    private final Reference reference = new Reference("openclip-rn");
    private final TensorScope manager = Torch.newScope();
    private final Model model = reference.read();

    @AfterEach
    void close() {
        manager.close();
        reference.close();
    }

    @Test
    void everyStageGivesTheLibrarysHiddenStates() {
        String source = KernelSource.of(model.layout(), Precision.FP32) + STAGES;
        Script kernel = ScriptArchive.compile(manager, source);
        Tensor first = reference.array(manager, "image.hidden.0");
        Tensor weights = manager.floats(model.vector().toArray());
        List<Tensor> states = kernel.call(manager, "image_stages", first, weights);
        assertEquals(reference.names("image.hidden.").size() - 1, states.size());
        for (int i = 0; i < states.size(); i++) {
            reference.assertAgrees("image.hidden." + (i + 1), states.get(i).floats(), FORWARD);
        }
    }

    @Test
    void embeddingsOnBatchStatisticsAreTheLibrarys() {
        ClipKernel.Embeddings out =
                ClipKernel.compile(manager, model.layout(), Precision.FP32).student(reference.batch(manager, model));
        reference.assertAgrees("train.image.embedding", out.image().floats(), FORWARD);
    }

    @Test
    void gradientOnBatchStatisticsIsTheLibrarys() {
        float[] gradient = gradient();
        for (Segment segment : imageTower()) {
            if (segment.name().equals(NO_GRADIENT)) {
                for (int i = segment.offset(); i < segment.end(); i++) {
                    assertEquals(0, gradient[i], ROUNDING);
                }
            } else if (segment.group() != Group.STATISTICS) {
                reference.assertGradientAgrees("train.", segment, gradient, GRADIENT);
            }
        }
    }

    @Test
    void runningStatisticsAfterAnUpdateAreTheLibrarys() {
        float[] gradient = gradient();
        List<Segment> statistics =
                imageTower().stream().filter(s -> s.group() == Group.STATISTICS).toList();
        assertEquals(reference.names("train.statistics.").size(), statistics.size());
        assertTrue(statistics.size() > 0);
        for (Segment segment : statistics) {
            float[] updated = new float[segment.count()];
            for (int i = 0; i < updated.length; i++) {
                float moment = gradient[segment.offset() + i];
                updated[i] = (1 - MOMENTUM) * model.vector().get(segment.offset() + i) + MOMENTUM * moment;
            }
            reference.assertAgrees("train.statistics." + segment.name(), updated, FORWARD);
        }
    }

    /** Of the image tower for the library's cotangent, and the batch's moments in the places of the statistics. */
    private float[] gradient() {
        Tensor image = reference.array(manager, "train.cotangent");
        ClipKernel kernel = ClipKernel.compile(manager, model.layout(), Precision.FP32);
        return kernel.gradient(reference.batch(manager, model), image, manager.zeros(image.shape()), manager.scalar(1f))
                .floats();
    }

    private List<Segment> imageTower() {
        return model.layout().segments().stream()
                .filter(s -> s.name().startsWith("visual."))
                .toList();
    }
}
