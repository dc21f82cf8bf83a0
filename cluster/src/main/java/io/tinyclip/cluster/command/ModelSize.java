package io.tinyclip.cluster.command;

import io.tinyclip.files.Model;
import io.tinyclip.model.Counts;
import java.util.Locale;

/**
 * All that a model has to be stored, the token table included: that is what somebody downloads.
 *
 * @param counts parameters
 * @param rows of the token table
 */
record ModelSize(Counts counts, int rows) {
    private static final double MILLION = 1e6;

    static ModelSize of(Model model) {
        return new ModelSize(Counts.of(model.shape()), model.shape().text().vocabulary());
    }

    /** @param bytes of all files */
    String line(long bytes) {
        return parameters() + String.format(Locale.ROOT, "; %.2f MB in files", bytes / MILLION);
    }

    String parameters() {
        return String.format(
                Locale.ROOT,
                "%.2f M parameters: image %.2f, text %.2f, token table %.2f of %d rows",
                counts.total() / MILLION,
                counts.image() / MILLION,
                counts.text() / MILLION,
                counts.tokenEmbedding() / MILLION,
                rows);
    }
}
