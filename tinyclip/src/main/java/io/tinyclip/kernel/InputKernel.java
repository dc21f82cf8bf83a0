package io.tinyclip.kernel;

import io.tinyclip.engine.Script;
import io.tinyclip.engine.ScriptArchive;
import io.tinyclip.engine.Tensor;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.model.Layout;
import io.tinyclip.resource.Resource;
import java.util.List;

/**
 * What is seen inside the towers of a layout without masks, in fp32. Pure functions, safe to call by several threads at once.
 *
 * <p>Legend: B batch, L tokens, S image size, M channels of what is seen, P floats of the layout.
 */
public final class InputKernel {
    /** What of a tower is seen, counted from 0 through it. */
    public enum Seen {
        /**
         * What the linear maps at the end of each half of a layer are given: the outputs of heads, and of neurons. Of each layer the
         * heads' where it has any, then the neurons'.
         */
        MAPS("maps", ""),
        /** What each layer norm makes of the residual stream before its gain and bias. */
        NORMS("norms", "self.norm(");

        private final String source;
        private final String call;

        Seen(String source, String call) {
            this.source = source;
            this.call = call;
        }

        private String in(String kernel) {
            String methods = Resource.text(KernelSource.class, "inputs.torchscript")
                    + Resource.text(KernelSource.class, source + ".torchscript");
            if (!kernel.contains(call)) {
                throw new IllegalStateException("the kernel calls [" + call + "] nowhere");
            }
            String seen = call.isEmpty() ? kernel : kernel.replace(call, "self.seen_norm(f, h, ");
            return ScriptMethods.replace(seen, methods);
        }
    }

    private final Script script;

    private InputKernel(Script script) {
        this.script = script;
    }

    /**
     * Moments over all rows of a batch.
     *
     * @param products (M, M), the sum of x x'
     * @param sums (M), the sum of x
     * @param rows (1), how many rows those are
     */
    public record Sums(Tensor products, Tensor sums, Tensor rows) {}

    /** Compiles the kernel; it lives as long as the scope. */
    public static InputKernel compile(TensorScope scope, Layout layout, Seen seen) {
        if (layout.masked()) {
            throw new IllegalArgumentException("what towers make is seen of a model without masks");
        }
        String source = KernelSource.of(layout, Precision.FP32, scope.isGpu());
        return new InputKernel(ScriptArchive.compile(scope, seen.in(source)));
    }

    /**
     * Of the image tower.
     *
     * @param weights (P)
     * @param pixels (B, 3, S, S)
     * @param meant which of what is seen
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
