package io.tinyclip.cluster.command;

import io.tinyclip.cluster.serve.Limits;
import io.tinyclip.model.InvalidInputException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** How much {@code serve} takes. */
final class ServeLimits {
    private static final int MEGA = 1_000_000;

    @Option(
            names = "--max-body",
            paramLabel = "MB",
            description = "Size of a request, 1 to 1000; ${DEFAULT-VALUE} if not given.")
    private int body = 32;

    @Option(
            names = "--max-inputs",
            paramLabel = "N",
            description = "Texts and pictures of a request, 1 to 100000; ${DEFAULT-VALUE} if not given.")
    private int inputs = 256;

    @Option(
            names = "--max-pixels",
            paramLabel = "MP",
            description = "Millions of pixels of a sent picture, 1 to 89; ${DEFAULT-VALUE} if not given.")
    private int pixels = 50;

    @Option(
            names = "--max-requests",
            paramLabel = "N",
            description =
                    "Requests that wait or are computed at a time, 1 to 100000; further ones are answered 503. ${DEFAULT-VALUE} if not given.")
    private int requests = 64;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            description = "Open connections, 1 to 100000; ${DEFAULT-VALUE} if not given.")
    private int connections = 256;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "For a request to come, and then to be answered, 1 to 3600; ${DEFAULT-VALUE} if not given.")
    private int seconds = 30;

    Limits limits() {
        return new Limits(
                within("--max-body", body, 1000) * MEGA,
                within("--max-inputs", inputs, 100_000),
                within("--max-pixels", pixels, 89) * MEGA,
                within("--max-requests", requests, 100_000),
                within("--max-connections", connections, 100_000),
                Duration.ofSeconds(within("--timeout", seconds, 3600)));
    }

    private static int within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidInputException(name + " [" + value + "] must be 1 to " + most);
        }
        return value;
    }
}
