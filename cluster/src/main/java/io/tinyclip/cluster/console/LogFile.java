package io.tinyclip.cluster.console;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.Duration;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the full log goes. Until a command says so there is none; the console shows warnings only. A file that grows too large
 * is renamed to {@code NAME.1}, and those before it to {@code NAME.2} and so on, up to as many as are kept.
 */
public final class LogFile {
    private static final Logger LOG = LoggerFactory.getLogger(LogFile.class);

    private static final String NAME = "file";

    private static volatile LogForm form = LogForm.USUAL;
    private static volatile Supplier<String> program = () -> "";

    private LogFile() {}

    /** From the next file on. */
    public static void write(LogForm chosen) {
        form = chosen;
    }

    /** @param line what this process is; the first that it writes in a file */
    public static void introduce(Supplier<String> line) {
        program = line;
    }

    /** Sends the log to a file from now on, after what the file holds. No other process may write it. */
    public static void to(Path file) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        LogForm chosen = form;
        LogLines lines = new LogLines(chosen.json());
        lines.setContext(context);
        lines.start();
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setFile(file.toString());
        appender.setEncoder(lines);
        bound(appender, context, file, chosen);
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAppender(NAME);
        root.addAppender(appender);
        FatalErrors.comeLast(root);
        String introduction = program.get();
        if (!introduction.isEmpty()) {
            LOG.info("started: {}", introduction);
        }
    }

    /**
     * Sends the log to a file of this process alone from now on, in a folder that others may share.
     *
     * @param what this process is, such as {@code node}
     */
    public static void in(Path folder, String what) {
        LogNames names = LogNames.of(what);
        names.removeOld(folder, pid -> ProcessHandle.of(pid).isPresent());
        to(folder.resolve(names.own()));
    }

    private static void bound(
            RollingFileAppender<ILoggingEvent> appender, LoggerContext context, Path file, LogForm chosen) {
        OlderFiles older = new OlderFiles(file, chosen.olderFiles());
        older.setContext(context);
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(new FileSize(chosen.fileBytes()));
        // Looked at with every line: there are few, and between two looks a file would grow as it likes.
        size.setCheckIncrement(Duration.buildByMilliseconds(0));
        older.start();
        size.start();
        appender.setRollingPolicy(older);
        appender.setTriggeringPolicy(size);
    }

    /** Where the log goes, for a message to the user; empty if nowhere. */
    public static String where() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context
                && context.getLogger(Logger.ROOT_LOGGER_NAME).getAppender(NAME)
                        instanceof FileAppender<ILoggingEvent> appender) {
            return appender.getFile();
        }
        return "";
    }
}
