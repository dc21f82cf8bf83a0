package io.tinyclip.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code conf/tiny.conf}, and the same with less to compute: as many stages, cuts and checkpoints, in half the steps of a quarter of the
 * pairs, judged on fewer pictures. What repeats a run to compare digests uses the latter, in JVMs that compile for seconds and not for
 * hours, unless {@code -Plong} asks for all.
 */
final class TinyRecipe {
    static final Path CONF = Path.of("..", "conf", "tiny.conf").toAbsolutePath();

    private static final boolean LONG = Boolean.getBoolean("tinyclip.long");
    private static final int STEPS_OF_CONF = 125;

    /** Of the recipe to repeat. */
    static final int STEPS = LONG ? STEPS_OF_CONF : 62;

    static final int STAGES = 3;

    /** Masks reach their target in fewer steps at a higher rate. */
    private static final String LESS = """

            tinyclip {
              batch = 16
              stages = [
                { keep = 0.75, inherit-steps = 12, distill-steps = 8 }
                { keep = 0.50, inherit-steps = 12, distill-steps = 8 }
                { keep = 0.25, inherit-steps = 12, distill-steps = 10 }
              ]
              data { icons = 100, evaluate = "icons:train" }
              mask { rate = 1.0, multiplier-rate = 1.0 }
              checkpoint { steps = 5 }
            }
            """;

    private TinyRecipe() {}

    /** The recipe to repeat, in a folder of that name. */
    static TrainingRun run(Path folder, String name) throws IOException {
        Path conf =
                LONG ? CONF : Files.writeString(folder.resolve("tiny-repeated.conf"), Files.readString(CONF) + LESS);
        return new TrainingRun(conf, folder.resolve(name), LONG ? List.of() : List.of(PackagedJar.BRIEF));
    }

    /** The step of the recipe to repeat that is as far in its run as this one in that of {@code conf/tiny.conf}. */
    static int step(int ofConf) {
        return ofConf * STEPS / STEPS_OF_CONF;
    }
}
