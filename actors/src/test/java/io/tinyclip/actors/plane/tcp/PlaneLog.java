package io.tinyclip.actors.plane.tcp;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** What data planes log. */
final class PlaneLog implements AutoCloseable {
    private final Logger logger = (Logger) LoggerFactory.getLogger(NettyDataPlane.class);
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    PlaneLog() {
        appender.start();
        logger.addAppender(appender);
    }

    List<String> lines() {
        return List.copyOf(appender.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
    }
}
