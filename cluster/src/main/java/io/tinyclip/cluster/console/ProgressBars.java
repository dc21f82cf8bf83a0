package io.tinyclip.cluster.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with the time left for each task, on a terminal; of one that comes in one piece a line, as its bar would stand still. */
final class ProgressBars implements Progress {
    private static final int UPDATE_MILLIS = 250;

    private final PrintStream err;
    private Optional<ProgressBar> bar = Optional.empty();

    ProgressBars(PrintStream err) {
        this.err = err;
    }

    @Override
    public void begin(String name, long total, long done) {
        close();
        if (total <= 1) {
            err.println(name);
            return;
        }
        bar = Optional.of(new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(total)
                .setUpdateIntervalMillis(UPDATE_MILLIS)
                .setStyle(ProgressBarStyle.ASCII)
                .startsFrom(done, Duration.ZERO)
                .build());
    }

    @Override
    public void advance(long done, String note) {
        bar.ifPresent(shown -> {
            shown.setExtraMessage(note);
            shown.stepTo(done);
        });
    }

    @Override
    public void close() {
        bar.ifPresent(ProgressBar::close);
        bar = Optional.empty();
    }
}
