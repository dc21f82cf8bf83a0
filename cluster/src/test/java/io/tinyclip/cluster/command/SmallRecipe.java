package io.tinyclip.cluster.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A recipe of eight steps for the smallest real models, which pretrain makes in three. */
final class SmallRecipe {
    private static final String MODEL =
            "{ embedding = 16, image { size = 16, patch = 8, width = 32, head-width = 16, layers = 2,"
                    + " neurons = 64 }, text { context = 24, width = 32, head-width = 16, layers = 2, neurons = 64 } }";

    private SmallRecipe() {}

    /**
     * Writes it.
     *
     * @param folder gets small.conf, and the cache
     * @param teacher folder of the run that makes the teacher
     * @param data settings below data
     * @param more settings
     */
    static Path write(Path folder, Path teacher, String data, String more) throws IOException {
        return Files.writeString(
                folder.resolve("small.conf"),
                "tinyclip { seed = 1, batch = 16, partitions = 4, data { " + data + " }, teacher = \""
                        + teacher.resolve("model") + "\", pretrain { steps = 3, model " + MODEL
                        + " }, stages = [ { keep = 0.5, inherit-steps = 5, distill-steps = 3 } ],"
                        + " mask { rate = 2.0, multiplier-rate = 0.5 }, checkpoint.steps = 2, cache.folder = \""
                        + folder.resolve("cache") + "\", " + more + " }\n");
    }
}
