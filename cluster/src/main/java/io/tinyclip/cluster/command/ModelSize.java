package io.tinyclip.cluster.command;

import io.tinyclip.files.Model;
import io.tinyclip.model.Counts;
import io.tinyclip.model.TextTower;
import java.util.Locale;

/**
 * All that a model has to be stored, the token table included: that is what somebody downloads.
 *
 * @param counts parameters
 * @param rows of the token table
 * @param rank of the token table where it is a product, else 0
 */
record ModelSize(Counts counts, int rows, int rank) {
    private static final double MILLION = 1e6;

    static ModelSize of(Model model) {
        TextTower text = model.shape().text();
        return new ModelSize(Counts.of(model.shape()), text.vocabulary(), text.tokenRank());
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
                        rows)
                + (rank > 0 ? " and rank " + rank : "");
    }
}
