package io.tinyclip.cluster.console;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.FileAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the full log goes. Until a command says so there is none; the console shows warnings only. A file that grows beyond
 * {@link #LARGEST} is renamed to {@code NAME.1}, in place of the one that was there.
 */
public final class LogFile {
    private static final String NAME = "file";
    /** Of a file; there are two at the most. */
    static final FileSize LARGEST = new FileSize(64 * FileSize.MB_COEFFICIENT);

    private static final String PATTERN =
            "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{20} %X - %msg%n%ex";

    private LogFile() {}

    /** Sends the log to a file from now on, after what the file holds. */
    public static void to(Path file) {
        if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
            return;
        }
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setName(NAME);
        appender.setFile(file.toString());
        appender.setEncoder(encoder);
        bound(appender, context, file.toString());
        appender.start();
        ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.detachAppender(NAME);
        root.addAppender(appender);
        FatalErrors.comeLast(root);
    }

    private static void bound(RollingFileAppender<ILoggingEvent> appender, LoggerContext context, String file) {
        FixedWindowRollingPolicy older = new FixedWindowRollingPolicy();
        older.setContext(context);
        older.setParent(appender);
        older.setMinIndex(1);
        older.setMaxIndex(1);
        older.setFileNamePattern(file.replace("\\", "\\\\").replace("%", "\\%") + ".%i");
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(LARGEST);
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
