package io.tinyclip.cluster.chaos.plan;

/**
 * A fault that there can be.
 *
 * @param point the failpoint and the moment at it, as {@link io.tinyclip.failpoint.Failpoint} reads them; empty for what comes
 *     at no certain place
 */
public record Card(Kind kind, Role role, String point) {
    static Card of(Kind kind, Role role) {
        return new Card(kind, role, "");
    }

    /** Whether it can only happen where the run goes from one model to the next. */
    public boolean needsTransition() {
        return point.startsWith("gather") || point.startsWith("transition");
    }

    /** As a person reads it, such as {@code kill server}. */
    public String words() {
        return kind.word() + " " + role.word() + (point.isEmpty() ? "" : " at " + point);
    }
}
