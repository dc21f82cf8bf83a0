package io.tinyclip.actors.join;

/**
 * Why a machine does not take part any more.
 *
 * @param line for whoever started it
 */
public record NodeEnd(Kind kind, String line) {
    /** The run cannot go on. @param failure in one line */
    public static NodeEnd failed(String failure) {
        return new NodeEnd(Kind.FAILED, "the run cannot go on: " + failure);
    }

    /** What the line is about. */
    public enum Kind {
        /** The run is finished. */
        FINISHED,
        /** An operator has ended the run. */
        ENDED,
        /** The machine may not take part. */
        REFUSED,
        /** The run cannot go on, on no machine. */
        FAILED,
        /** No coordinator was found for as long as the machine waits. */
        NO_COORDINATOR,
        /** The machine was asked to end, and has. */
        LEFT
    }
}
