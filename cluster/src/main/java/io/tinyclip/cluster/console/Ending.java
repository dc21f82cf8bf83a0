package io.tinyclip.cluster.console;

import com.sun.jna.NativeLibrary;

/** How this process ends. */
public final class Ending {
    private Ending() {}

    /** @param code an {@link ExitCode} */
    public static void with(int code) {
        if (code == ExitCode.FAILED_WITHOUT_THREADS) {
            atOnce(ExitCode.FAILED);
        }
        System.exit(code);
    }

    /** Ends as after SIGTERM: in good order, which takes a while, and with its code. */
    public static void asAfterSigterm() {
        System.exit(ExitCode.SIGTERM);
    }

    /**
     * Ends by the system alone. Java's own ways wait for threads of its collector, of which one may never have come to be
     * where no more could be started: the process would hang, also under SIGTERM.
     */
    public static void atOnce(int code) {
        System.out.flush();
        System.err.flush();
        try {
            NativeLibrary.getProcess().getFunction("_exit").invokeVoid(new Object[] {code});
        } catch (LinkageError e) {
            Runtime.getRuntime().halt(code);
        }
    }
}
