package io.tinyclip.cluster.console;

import ch.qos.logback.classic.pattern.TargetLengthBasedClassNameAbbreviator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/**
 * The lines of a log, in UTF-8 with times in UTC. For people: time, level, place, thread, logger and message; what a message
 * or a trace has on further lines is indented, so that a line that begins with a time is always one of the log's own. For
 * machines: an object a line.
 */
final class LogLines extends EncoderBase<ILoggingEvent> {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** Where Akka says which actor a line is of. */
    private static final String ACTOR = "akkaSource";

    private static final int LOGGER_LETTERS = 20;

    private final TargetLengthBasedClassNameAbbreviator shortName =
            new TargetLengthBasedClassNameAbbreviator(LOGGER_LETTERS);
    private final Gson gson = new GsonBuilder().disableHtmlEscaping().create();
    private final boolean json;

    LogLines(boolean json) {
        this.json = json;
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        LogPlace place = LogPlace.now();
        String line = json ? json(event, place) : text(event, place);
        return (line + "\n").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }

    private String text(ILoggingEvent event, LogPlace place) {
        StringBuilder line = new StringBuilder(time(event));
        line.append(String.format(Locale.ROOT, " %-5s", event.getLevel()));
        append(line, "role", place.role());
        append(line, "run", place.run());
        place.step().ifPresent(step -> line.append(" stage=")
                .append(step.stage())
                .append(" phase=")
                .append(step.phase())
                .append(" step=")
                .append(step.step()));
        line.append(" [").append(event.getThreadName()).append("] ");
        line.append(shortName.abbreviate(event.getLoggerName())).append(" - ");
        line.append(String.valueOf(event.getFormattedMessage()).strip().replaceAll("\\R", "\n\t"));
        trace(event).ifPresent(trace -> line.append("\n\t").append(trace.replaceAll("\\R", "\n\t")));
        return line.toString();
    }

    private static void append(StringBuilder line, String key, String value) {
        if (!value.isEmpty()) {
            line.append(' ').append(key).append('=').append(value);
        }
    }

    private String json(ILoggingEvent event, LogPlace place) {
        JsonObject line = new JsonObject();
        line.addProperty("time", time(event));
        line.addProperty("level", event.getLevel().toString());
        add(line, "role", place.role());
        add(line, "run", place.run());
        place.step().ifPresent(step -> {
            line.addProperty("stage", step.stage());
            line.addProperty("phase", step.phase());
            line.addProperty("step", step.step());
        });
        line.addProperty("thread", event.getThreadName());
        line.addProperty("logger", event.getLoggerName());
        add(line, "actor", event.getMDCPropertyMap().getOrDefault(ACTOR, ""));
        line.addProperty("message", event.getFormattedMessage());
        trace(event).ifPresent(trace -> line.addProperty("error", trace));
        return gson.toJson(line);
    }

    private static void add(JsonObject line, String key, String value) {
        if (!value.isEmpty()) {
            line.addProperty(key, value);
        }
    }

    private static String time(ILoggingEvent event) {
        return TIME.format(Instant.ofEpochMilli(event.getTimeStamp()));
    }

    private static Optional<String> trace(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        return thrown == null
                ? Optional.empty()
                : Optional.of(ThrowableProxyUtil.asString(thrown).strip());
    }
}
