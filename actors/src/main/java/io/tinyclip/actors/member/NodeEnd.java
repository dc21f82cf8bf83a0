package io.tinyclip.actors.member;

/**
 * Why a machine does not take part any more.
 *
 * @param line for whoever started it
 */
public record NodeEnd(Kind kind, String line) {
    /** What the line is about. */
    public enum Kind {
        /** The run is finished. */
        FINISHED,
        /** The machine may not take part. */
        REFUSED,
        /** No coordinator was found for as long as the machine waits. */
        NO_COORDINATOR,
        /** The machine was asked to end, and has. */
        LEFT
    }
}
