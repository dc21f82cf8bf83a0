package io.tinyclip.cluster.chaos.plan;

/** What is done to a role. */
public enum Kind {
    /** SIGKILL. */
    KILL("kill", Family.SIGNALS),
    /** SIGSTOP, and SIGCONT later. */
    FREEZE("freeze", Family.SIGNALS),
    /** SIGTERM, as a machine gets that is to be taken away. */
    TERMINATE("terminate", Family.SIGNALS),
    /** Nothing comes from the others nor reaches them, and nobody is told. */
    CUT("cut", Family.LINKS),
    /** Nothing comes from the others; they hear what it says. */
    DEAF("deaf", Family.LINKS),
    /** Nothing reaches the others; it hears what they say. */
    MUTE("mute", Family.LINKS),
    /** Both ways a hundredth of a gigabit a second. */
    SLOW("slow", Family.LINKS),
    /** A file of the newest checkpoint loses its end, and whoever leads dies, so that it is read. */
    SHORTEN("shorten", Family.CHECKPOINTS),
    /** A bit of it is turned. */
    FLIP("flip", Family.CHECKPOINTS),
    /** It is deleted. */
    DELETE("delete", Family.CHECKPOINTS),
    /** No further block fits on the disk that holds the run's folder. */
    FILL("fill", Family.DISK),
    /** The process ends where a failpoint says, as by SIGKILL. */
    HALT("halt", Family.FAILPOINTS),
    /** The thread that comes to a failpoint stands there, and goes on later. */
    HANG("hang", Family.FAILPOINTS);

    private final String word;
    private final Family family;

    Kind(String word, Family family) {
        this.word = word;
        this.family = family;
    }

    public String word() {
        return word;
    }

    public Family family() {
        return family;
    }

    /** Whether it goes on for a while and is then taken back. */
    public boolean lasts() {
        return family == Family.LINKS || this == FREEZE || this == FILL || this == HANG;
    }

    /** Whether the process that it comes to is gone afterwards. */
    public boolean ends() {
        return this == KILL || this == TERMINATE || this == HALT || family == Family.CHECKPOINTS;
    }
}
