package io.tinyclip.cluster.console;

/** What the process tells its caller. */
public final class ExitCode {
    /** All was done. */
    public static final int DONE = 0;
    /** Something broke; the log has the details. */
    public static final int FAILED = 1;
    /** The command or what it was given cannot be used. */
    public static final int WRONG_USE = 2;

    /** The process was asked to end: 128 + the signal's number. */
    public static final int SIGTERM = 143;

    /** To the caller {@link #FAILED}; no thread could be started, which Java itself may need to end. */
    public static final int FAILED_WITHOUT_THREADS = 0x100 | FAILED;

    private ExitCode() {}
}
