package io.tinyclip.kernel;

import io.tinyclip.model.Activation;
import io.tinyclip.model.LayerShape;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ResNet;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TokenRows;
import io.tinyclip.model.Tower;
import io.tinyclip.model.VisionTransformer;
import io.tinyclip.resource.Resource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Writes a layout's numbers as TorchScript methods, in front of the kernels that are the same for every layout. */
public final class KernelSource {
    private static final int STACKED = 3;
    private static final String GATHER = "torch.embedding(f[2 * at].view([-1, D]), torch.cat(ids))";
    private static final String POSITIONS = " + torch.embedding(f[2 * at + 2].view([-1, D])";

    private final Layout layout;
    private final List<String> names;
    private final StringBuilder text = new StringBuilder();

    private KernelSource(Layout layout) {
        this.layout = layout;
        this.names = layout.segments().stream()
                .flatMap(s -> Collections.nCopies(parts(s), s.name()).stream())
                .toList();
    }

    /** The methods of the layout's kernel for the processor. */
    public static String of(Layout layout, Precision precision) {
        return of(layout, precision, false);
    }

    /**
     * The methods of the layout's kernel.
     *
     * @param gpu whether it is for a GPU. Then a convolution is written as a product of unfolded pictures: what cuDNN chooses
     *     for one may add in any order, and no setting that DJL reaches forbids it. And where it computes in bf16, attention
     *     is fused and the vector is rounded whole, in bits of their own, unless the image tower is a residual network
     */
    public static String of(Layout layout, Precision precision, boolean gpu) {
        KernelSource source = new KernelSource(layout);
        source.numbers(precision);
        boolean resnet = layout.shape().image() instanceof ResNet;
        if (resnet) {
            source.method("unfolds", "bool", gpu ? "True" : "False");
        }
        String towers = source.towers();
        if (gpu) {
            towers = ScriptMethods.replace(towers, Resource.text(KernelSource.class, "gpu.torchscript"));
        }
        if (gpu && !resnet && precision != Precision.FP32) {
            towers = ScriptMethods.replace(towers, Resource.text(KernelSource.class, "narrow.torchscript"));
        }
        String tower = resnet ? "resnet.torchscript" : "vision.torchscript";
        return source.text + towers + "\n" + Resource.text(KernelSource.class, tower);
    }

    /**
     * A token table that is a product changes the line that gathers its rows: the source, whose hash is known to stores of
     * teachers, stays as it is for all others.
     */
    private String towers() {
        String source = Resource.text(KernelSource.class, "clip.torchscript");
        int rank = layout.shape().text().tokenRank();
        if (rank == 0) {
            return source;
        }
        String product = "torch.matmul(torch.embedding(f[2 * at].view([-1, " + rank
                + "]), torch.cat(ids)), f[2 * at + 2].view([-1, D]))";
        String positions = POSITIONS.replace("at + 2", "at + 4");
        if (!source.contains(GATHER + POSITIONS)) {
            throw new IllegalStateException("the kernel gathers no rows as [" + GATHER + POSITIONS + "]");
        }
        return source.replace(GATHER + POSITIONS, product + positions);
    }

    private void numbers(Precision precision) {
        method("compute_type", "int", precision.compute());
        method("wide_type", "int", precision.wide());
        method("masked", "bool", layout.masked() ? "True" : "False");
        method("quick_gelu", "bool", layout.shape().activation() == Activation.QUICK_GELU ? "True" : "False");
        method("mask_start", "int", layout.maskStart());
        method("pieces", "List[int]", pieces(layout.segments(), layout.size()));
        method("mask_pieces", "List[int]", layout.masked() ? pieces(maskSegments(), layout.size()) : List.of(0));
        if (layout.shape().image() instanceof ResNet resnet) {
            method("image_blocks", "List[int]", resnet.blocks());
            method("pool_head_width", "int", resnet.headWidth());
        } else {
            image(layout.shape().vision());
        }
        int width = layout.shape().text().width();
        int textMask = layout.masked() ? maskAt("mask.width") : 0;
        method("text_numbers", "Tuple[int, int, int]", tuple(width, names.indexOf(TokenRows.TABLE), textMask));
        method("text_layers", "List[int]", layers(layout.shape().text()));
        method("text_end", "int", names.indexOf("ln_final.weight"));
    }

    private void image(VisionTransformer tower) {
        int grid = tower.imageSize() / tower.patchSize();
        method("image_numbers", "Tuple[int, int, int]", tuple(tower.width(), grid, tower.patchSize()));
        method("image_layers", "List[int]", layers(tower));
        method("image_end", "int", names.indexOf("visual.ln_post.weight"));
    }

    private void method(String name, String type, Object value) {
        text.append("  def ")
                .append(name)
                .append("(self: __torch__.K) -> ")
                .append(type)
                .append(":\n    return ");
        text.append(value).append("\n\n");
    }

    private static String tuple(int a, int b, int c) {
        return "(" + a + ", " + b + ", " + c + ")";
    }

    /** Queries, keys and values lie in one segment. */
    private static int parts(Segment segment) {
        return segment.name().contains(".attn.in_proj_") ? STACKED : 1;
    }

    /** Lengths of the segments' parts, each followed by that of its padding. */
    private static List<Integer> pieces(List<Segment> segments, int end) {
        List<Integer> pieces = new ArrayList<>();
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            int next = i + 1 < segments.size() ? segments.get(i + 1).offset() : end;
            int parts = parts(segment);
            for (int part = 0; part < parts; part++) {
                pieces.add(segment.count() / parts);
                pieces.add(part + 1 < parts ? 0 : next - segment.end());
            }
        }
        return pieces;
    }

    private List<Segment> maskSegments() {
        return layout.segments().stream()
                .filter(s -> s.offset() >= layout.maskStart())
                .toList();
    }

    private int maskAt(String name) {
        return maskSegments().stream().map(Segment::name).toList().indexOf(name);
    }

    /** For each layer: head width, heads, neurons, place of its first tensor, place of its first mask. */
    private List<Integer> layers(Tower tower) {
        List<Integer> plan = new ArrayList<>();
        for (int i = 0; i < tower.layers().size(); i++) {
            LayerShape layer = tower.layers().get(i);
            String name = tower.prefix() + "transformer.resblocks." + i + ".";
            String first = layer.heads() > 0 ? "ln_1.weight" : "attn.out_proj.bias";
            String mask = "mask." + tower.prefix() + (layer.heads() > 0 ? "heads." : "neurons.") + i;
            plan.add(tower.headWidth());
            plan.add(layer.heads());
            plan.add(layer.neurons());
            plan.add(names.indexOf(name + first));
            plan.add(layout.masked() ? maskAt(mask) : 0);
        }
        return plan;
    }
}
