package io.tinyclip.cluster.console;

/**
 * How a log is written.
 *
 * @param json whether each line is an object, for machines; otherwise it is for people
 * @param fileBytes a larger file is renamed, and a new one begun
 * @param olderFiles that are kept of those
 */
public record LogForm(boolean json, long fileBytes, int olderFiles) {
    private static final long USUAL_BYTES = 64L << 20;
    private static final int USUAL_OLDER = 4;

    /** Before any setting has been read. */
    static final LogForm USUAL = new LogForm(false, USUAL_BYTES, USUAL_OLDER);
}
