package io.tinyclip.formats.torchscript;

import io.tinyclip.formats.torchscript.Attribute.Module;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The source of an archive: classes that all models share, and lists of blocks, which TorchScript cannot loop over when
 * it reads source, unrolled.
 */
final class ModuleSource {
    private ModuleSource() {}

    /** The classes of a model's modules. */
    static String of(Module clip) {
        Module visual = child(clip, "visual");
        return resource("clip.torchscript")
                + '\n'
                + resource("vision-transformer.torchscript")
                + sequence(child(child(visual, "transformer"), "resblocks"))
                + sequence(child(child(clip, "transformer"), "resblocks"));
    }

    private static Module child(Module module, String name) {
        if (module.attributes().get(name) instanceof Module child) {
            return child;
        }
        throw new IllegalStateException("[" + module.type() + "] has no module [" + name + "]");
    }

    /** A class whose forward gives what each of its modules makes of the one before's output. */
    private static String sequence(Module modules) {
        StringBuilder declarations = new StringBuilder();
        StringBuilder calls = new StringBuilder();
        for (Map.Entry<String, Attribute> entry : modules.attributes().entrySet()) {
            if (entry.getValue() instanceof Module module) {
                String name = entry.getKey();
                declarations.append("  __annotations__[\"%s\"] = __torch__.%s\n".formatted(name, module.type()));
                calls.append("    x = getattr(self, \"%s\").forward(x)\n".formatted(name));
            }
        }
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

    private static String resource(String name) {
        try (InputStream in = ModuleSource.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("resource [" + name + "] is missing from the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
