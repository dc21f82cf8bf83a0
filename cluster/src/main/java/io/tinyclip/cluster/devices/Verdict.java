package io.tinyclip.cluster.devices;

import io.tinyclip.cluster.console.ExitCode;

/** What the end of a process asks for. */
enum Verdict {
    /** It has done what it was for, or somebody asked it alone to end. */
    DONE,
    /** It may do better another time. */
    AGAIN,
    /** The run has failed, and says why. */
    FAILED,
    /** It is used wrongly, as all the others are. */
    REFUSED;

    /** 128 and the signal's number, as shells and Java have it. */
    private static final int BY_INTERRUPT = 130;

    private static final int BY_REQUEST = 143;

    /** @param exit its exit code */
    static Verdict of(Post.Kind kind, int exit) {
        if (exit == ExitCode.WRONG_USE) {
            return REFUSED;
        }
        boolean leads = kind == Post.Kind.LEADER;
        if (exit == ExitCode.DONE) {
            return DONE;
        }
        if (exit == BY_REQUEST || exit == BY_INTERRUPT) {
            return leads ? FAILED : DONE;
        }
        return leads && exit == ExitCode.FAILED ? FAILED : AGAIN;
    }
}
