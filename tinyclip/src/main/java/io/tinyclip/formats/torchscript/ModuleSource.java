package io.tinyclip.formats.torchscript;

import io.tinyclip.model.ImageTower;
import io.tinyclip.model.ResNet;
import io.tinyclip.resource.Resource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The source of an archive: classes that models share, and sequences of modules, written out because TorchScript source
 * cannot loop over modules.
 */
final class ModuleSource {
    /** The class of a token table that is a product. */
    static final String FACTORS = "Factors";

    private static final String DECLARATION = "token_embedding : __torch__.";
    private static final String GATHER = "torch.embedding(self.token_embedding.weight, tokens)";

    private final Map<String, String> sequences = new LinkedHashMap<>();

    private ModuleSource() {}

    /** The classes of a model's modules. */
    static String of(ScriptModule clip, ImageTower tower) {
        ModuleSource source = new ModuleSource();
        source.visit(clip);
        String image = tower instanceof ResNet ? "resnet.torchscript" : "vision.torchscript";
        return towers(clip) + "\n" + Resource.text(ModuleSource.class, image)
                + String.join("", source.sequences.values());
    }

    /** A token table that is a product has a class of its own, which no other archive has. */
    private static String towers(ScriptModule clip) {
        String source = Resource.text(ModuleSource.class, "clip.torchscript");
        boolean product = clip.attributes().get("token_embedding") instanceof ScriptModule table
                && table.type().equals(FACTORS);
        if (!product) {
            return source;
        }
        if (!source.contains(DECLARATION + "Weight") || !source.contains(GATHER)) {
            throw new IllegalStateException("the module gathers no rows as [" + GATHER + "]");
        }
        return source.replace(DECLARATION + "Weight", DECLARATION + FACTORS)
                        .replace(GATHER, "torch.matmul(" + GATHER + ", self.token_embedding.basis)")
                + """

                class %s(Module):
                  __parameters__ = ["weight", "basis"]
                  __buffers__ = []
                  training : bool
                  weight : Tensor
                  basis : Tensor
                """.formatted(FACTORS);
    }

    private void visit(ScriptModule module) {
        if (module.isSequence()) {
            sequences.put(module.type(), sequence(module));
        }
        for (Attribute attribute : module.attributes().values()) {
            if (attribute instanceof ScriptModule child) {
                visit(child);
            }
        }
    }

    private static String sequence(ScriptModule modules) {
        StringBuilder declarations = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        modules.attributes().forEach((name, attribute) -> {
            if (attribute instanceof ScriptModule module) {
                declarations.append("  __annotations__[\"%s\"] = __torch__.%s\n".formatted(name, module.type()));
                calls.append("    x = getattr(self, \"%s\").forward(x)\n".formatted(name));
            }
        });
        return """

                class %1$s(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                %2$s
                  def forward(self: __torch__.%1$s, x: Tensor) -> Tensor:
                %3$s    return x
                """.formatted(modules.type(), declarations, calls);
    }
}
