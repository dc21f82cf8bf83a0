package io.tinyclip.kernel;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.model.Layout;
import io.tinyclip.resource.Resource;
import java.util.List;

/**
 * What the linear maps at the end of each half of a transformer layer are given: the outputs of heads, and of neurons. Of a layout
 * without masks, in fp32. Pure functions, safe to call by several threads at once.
 *
 * <p>Legend: B batch, L tokens, S image size, M channels of a map's input, P floats of the layout.
 */
public final class InputKernel {
    private final Script script;

    private InputKernel(Script script) {
        this.script = script;
    }

    /**
     * Moments of a map's inputs over all rows of a batch.
     *
     * @param products (M, M), the sum of x x'
     * @param sums (M), the sum of x
     * @param rows (1), how many rows those are
     */
    public record Sums(Tensor products, Tensor sums, Tensor rows) {}

    /** Compiles the kernel; it lives as long as the scope. */
    public static InputKernel compile(TensorScope scope, Layout layout) {
        if (layout.masked()) {
            throw new IllegalArgumentException("what maps are given is asked of a model without masks");
        }
        String source = KernelSource.of(layout, Precision.FP32, scope.isGpu());
        String inputs = Resource.text(KernelSource.class, "inputs.torchscript");
        return new InputKernel(ScriptArchive.compile(scope, ScriptMethods.replace(source, inputs)));
    }

    /**
     * Of the image tower.
     *
     * @param weights (P)
     * @param pixels (B, 3, S, S)
     * @param meant the map, counted from 0 through the layers: of each the heads' where it has any, then the neurons'
     */
    public Sums image(Tensor weights, Tensor pixels, int meant) {
        return sums(script.call(pixels.scope(), "image_inputs", weights, pixels, number(pixels, meant)));
    }

    /**
     * Of the text tower; tokens behind a text's end don't count.
     *
     * @param tokens (B, L)
     * @param ends (B)
     * @param meant as for {@link #image}
     */
    public Sums text(Tensor weights, Tensor tokens, Tensor ends, int meant) {
        return sums(script.call(tokens.scope(), "text_inputs", weights, tokens, ends, number(tokens, meant)));
    }

    private static Tensor number(Tensor beside, int meant) {
        return beside.scope().longs(new long[] {meant});
    }

    private static Sums sums(List<Tensor> out) {
        return new Sums(out.get(0), out.get(1), out.get(2));
    }
}
