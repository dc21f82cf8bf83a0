package io.tinyclip.cluster.console;

import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar with the time left for each task, on a terminal. */
final class ProgressBars implements Progress {
    private static final int UPDATE_MILLIS = 250;

    private Optional<ProgressBar> bar = Optional.empty();

    @Override
    public void begin(String name, long total, long done) {
        close();
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
