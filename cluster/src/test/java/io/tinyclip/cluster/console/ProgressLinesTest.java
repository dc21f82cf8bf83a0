package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProgressLinesTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long now;

    @Test
    void saysSomethingEveryTenSecondsAndAtTheEnd() {
        try (ProgressLines progress = progress()) {
            progress.begin("stage 1 of 3, inherit", 100, 0);
            after(4);
            progress.advance(10, "KL 1.5");
            after(6);
            progress.advance(25, "KL 1.4");
            after(1);
            progress.advance(28, "KL 1.3");
            after(89);
            progress.advance(100, "");
        }
        assertEquals(
                List.of(
                        "stage 1 of 3, inherit: 0 of 100",
                        "stage 1 of 3, inherit: 25 of 100, KL 1.4, 0:30 left",
                        "stage 1 of 3, inherit: 100 of 100, done in 1:40"),
                lines());
    }

    @Test
    void stepsOfAnEarlierProcessDoNotSpeedTheForecastUp() {
        ProgressLines progress = progress();
        progress.begin("pretrain", 100, 80);
        after(10);
        progress.advance(90, "");
        assertEquals("pretrain: 90 of 100, 0:10 left", lines().get(1));
    }

    @Test
    void whatComesInOnePieceIsNamedAndNotCounted() {
        ProgressLines progress = progress();
        progress.begin("writing the report", 1, 0);
        after(5);
        progress.advance(1, "");
        assertEquals(List.of("writing the report", "writing the report, done in 0:05"), lines());
    }

    @Test
    void aBarThatCouldOnlyStandStillIsALine() {
        try (ProgressBars bars = new ProgressBars(new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            bars.begin("computing the pixel baseline", 1, 0);
            bars.advance(1, "whole run 0:05 left");
        }
        assertEquals(List.of("computing the pixel baseline"), lines());
    }

    @Test
    void manyHoursAreNotToldInMinutes() {
        ProgressLines progress = progress();
        progress.begin("stage 1 of 1, distill", 100_000, 0);
        after(3_600);
        progress.advance(1_000, "");
        assertEquals("stage 1 of 1, distill: 1000 of 100000, 99:00:00 left", lines().get(1));
    }

    private ProgressLines progress() {
        return new ProgressLines(new PrintStream(bytes, true, StandardCharsets.UTF_8), () -> now);
    }

    private List<String> lines() {
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private void after(int seconds) {
        now += Duration.ofSeconds(seconds).toNanos();
    }
}
