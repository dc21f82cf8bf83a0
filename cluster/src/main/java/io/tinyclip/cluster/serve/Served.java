package io.tinyclip.cluster.serve;

import io.tinyclip.model.Counts;
import io.tinyclip.model.ModelShape;

/**
 * The model that answers.
 *
 * @param name without the folders that it lies in
 */
public record Served(String name, ModelShape shape) {
    /** All parameters, those of the token table included. */
    long parameters() {
        return Counts.of(shape).total();
    }
}
