package io.tinyclip.cluster.chaos.plan;

/** To whom a fault comes. */
public enum Role {
    /** The coordinator that leads when the fault comes. */
    LEADER("leader"),
    /** A coordinator that stands by. */
    CANDIDATE("candidate"),
    SERVER("server"),
    WORKER("worker"),
    /** All processes at the same moment. */
    EVERYBODY("everybody"),
    /** The folder that the coordinators share. */
    FOLDER("folder");

    private final String word;

    Role(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
