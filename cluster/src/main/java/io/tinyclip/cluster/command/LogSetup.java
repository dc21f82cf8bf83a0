package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.LogFile;
import io.tinyclip.cluster.console.LogForm;
import io.tinyclip.cluster.settings.LogSettings;
import io.tinyclip.cluster.settings.Settings;

/** Writes logs as settings say. */
final class LogSetup {
    private LogSetup() {}

    /** From the next log file on. */
    static void write(Settings settings) {
        LogSettings log = settings.log();
        LogFile.write(new LogForm(log.format() == LogSettings.Format.JSON, log.fileBytes(), log.olderFiles()));
    }
}
