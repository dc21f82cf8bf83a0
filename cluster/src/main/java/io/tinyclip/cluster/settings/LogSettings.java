package io.tinyclip.cluster.settings;

import java.util.EnumSet;

/**
 * How this process writes its log.
 *
 * @param fileBytes a larger file is renamed, and a new one begun
 * @param olderFiles that are kept of those
 */
public record LogSettings(Format format, long fileBytes, int olderFiles) {
    private static final long LEAST_BYTES = 64L << 10;
    private static final long MOST_BYTES = 4L << 30;

    /** All are renamed each time. */
    private static final int MOST_OLDER = 100;

    /** Who is to read it. */
    public enum Format {
        /** People. */
        TEXT,
        /** Machines: an object a line. */
        JSON
    }

    static LogSettings read(SettingValues values) {
        return new LogSettings(
                values.choice("log.format", EnumSet.allOf(Format.class)),
                values.bytes("log.file-size", LEAST_BYTES, MOST_BYTES),
                values.whole("log.older-files", 1, MOST_OLDER));
    }
}
