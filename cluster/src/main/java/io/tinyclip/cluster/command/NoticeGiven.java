package io.tinyclip.cluster.command;

import io.tinyclip.cluster.console.Ending;
import io.tinyclip.cluster.machine.Notice;
import io.tinyclip.cluster.settings.Settings;
import java.io.PrintStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a notice does to this process: the same as SIGTERM, which may come as well. */
final class NoticeGiven {
    private static final Logger LOG = LoggerFactory.getLogger(NoticeGiven.class);

    private NoticeGiven() {}

    static Notice watched(Settings settings, PrintStream out) {
        return Notice.watched(settings.free().notice(), line -> {
            String told = "this machine will be taken away: " + line + "; ending as after SIGTERM";
            LOG.warn(told);
            out.println(told);
            Ending.asAfterSigterm();
        });
    }
}
