package io.tinyclip.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * {@code conf/tiny.conf}, and the same with less to compute: as many stages, steps, cuts and checkpoints, of a quarter of the
 * pairs, judged on fewer pictures. What repeats a run to compare digests uses the latter, unless {@code -Plong} asks for all.
 */
final class TinyRecipe {
    /** Committed steps of both. */
    static final int STEPS = 125;

    static final Path CONF = Path.of("..", "conf", "tiny.conf").toAbsolutePath();
    private static final String LESS = "\ntinyclip { batch = 16, data { icons = 300, evaluate = \"icons:train\" } }\n";

    private TinyRecipe() {}

    /** The recipe to repeat. */
    static Path repeated(Path folder) throws IOException {
        return Boolean.getBoolean("tinyclip.long")
                ? CONF
                : Files.writeString(folder.resolve("tiny-repeated.conf"), Files.readString(CONF) + LESS);
    }
}
