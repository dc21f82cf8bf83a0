package io.tinyclip.cluster.console;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.io.PrintStream;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Errors that end Akka, such as that no thread may be started. Akka's own shutdown may need a thread too and never end, so
 * the process must be ended here; to a run that is like any other death. Akka prints such an error first and logs it then,
 * if it still can; whichever is heard of first counts.
 */
public final class FatalErrors extends AppenderBase<ILoggingEvent> {
    private static final String NAME = "fatal";
    private static final String AKKA = "akka.";

    private final Consumer<Throwable> end;

    private FatalErrors(Consumer<Throwable> end) {
        this.end = end;
        setName(NAME);
    }

    /** Of whoever prints a trace, Java hands over the error itself before the trace. */
    private static final class Console extends PrintStream {
        private final Consumer<Throwable> end;

        Console(PrintStream err, Consumer<Throwable> end) {
            super(err, true, Encoding.printed());
            this.end = end;
        }

        @Override
        public void println(@Nullable Object printed) {
            if (printed instanceof VirtualMachineError error) {
                end.accept(error);
            }
            super.println(printed);
        }
    }

    /** @param end called with the error, on a thread that exists already; does not return */
    public static void endWith(Consumer<Throwable> end) {
        System.setErr(new Console(System.err, end));
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            FatalErrors errors = new FatalErrors(end);
            errors.setContext(context);
            errors.start();
            context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(errors);
        }
    }

    /** What others write of an error, they write before the end. */
    static void comeLast(Logger root) {
        if (root.getAppender(NAME) instanceof FatalErrors errors) {
            root.detachAppender(errors);
            root.addAppender(errors);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel() == Level.ERROR
                && event.getLoggerName().startsWith(AKKA)
                && event.getThrowableProxy() instanceof ThrowableProxy thrown
                && thrown.getThrowable() instanceof VirtualMachineError error) {
            end.accept(error);
        }
    }
}
