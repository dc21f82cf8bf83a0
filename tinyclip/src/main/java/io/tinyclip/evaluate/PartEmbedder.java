package io.tinyclip.evaluate;

import io.tinyclip.model.FloatVector;
import io.tinyclip.model.InvalidInputException;

/**
 * What a worker does where a run judges a model: it embeds parts of sets. What it returns depends on the model and the set's
 * content alone, and changes nothing that training uses. Calls come one at a time.
 */
public interface PartEmbedder extends AutoCloseable {
    /**
     * Looks at a model before its floats are fetched.
     *
     * @param description shape and preprocessing, as JSON
     * @param floats that there are said to be of it
     * @throws InvalidInputException if a model so described has others, or this machine embeds nothing
     */
    void require(String description, int floats);

    /**
     * Makes this the model of the next calls, in the place of the one before.
     *
     * @param description shape and preprocessing, as JSON
     * @param vector (P,) of the model's own layout; read until the next call or {@link #close}
     */
    void install(String description, FloatVector vector);

    /**
     * Embeds a part.
     *
     * @return of pictures without texts, or of texts without pictures
     * @throws InvalidInputException in one line, if this machine has not got the set, or another one in its place
     */
    TaskEmbeddings embed(SetPart part);

    /** Gives back what the model takes; it may be installed again. */
    @Override
    void close();

    /** Of a machine that embeds nothing. */
    static PartEmbedder none() {
        return new PartEmbedder() {
            @Override
            public void require(String description, int floats) {
                throw new InvalidInputException("no model is judged here: this machine embeds no sets");
            }

            @Override
            public void install(String description, FloatVector vector) {}

            @Override
            public TaskEmbeddings embed(SetPart part) {
                throw new IllegalStateException("no model is installed");
            }

            @Override
            public void close() {}
        };
    }
}
