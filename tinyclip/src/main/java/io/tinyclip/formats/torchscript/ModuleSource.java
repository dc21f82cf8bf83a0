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
    private final Map<String, String> sequences = new LinkedHashMap<>();

    private ModuleSource() {}

    /** The classes of a model's modules. */
    static String of(ScriptModule clip, ImageTower tower) {
        ModuleSource source = new ModuleSource();
        source.visit(clip);
        String image = tower instanceof ResNet ? "resnet.torchscript" : "vision.torchscript";
        return Resource.text(ModuleSource.class, "clip.torchscript") + "\n" + Resource.text(ModuleSource.class, image)
                + String.join("", source.sequences.values());
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
