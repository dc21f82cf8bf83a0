package io.tinyclip.cluster.machine;

import io.tinyclip.cluster.settings.NoticeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches for the notice that this machine will be taken away, by a file or by asking a URL. What then is to be done is the
 * caller's: once, however many notices come.
 */
public final class Notice implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Notice.class);

    private static final Duration LIMIT = Duration.ofSeconds(3);

    private final NoticeSettings settings;
    private final Optional<NoticeUrl> url;
    private final Optional<FileTime> before;
    private final Consumer<String> given;
    private final ScheduledExecutorService watching;
    private String trouble = "";

    private Notice(NoticeSettings settings, Consumer<String> given) {
        this.settings = settings;
        this.url = settings.source().map(source -> new NoticeUrl(source, LIMIT));
        this.before = settings.file().flatMap(Notice::written);
        this.given = given;
        this.watching = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "tinyclip-notice");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Watches from now on, where the settings name anything to watch. A file that is there already is of an earlier life of the
     * machine: only a newer one is a notice.
     *
     * @param given hears what the notice is, once, on a thread of its own
     */
    public static Notice watched(NoticeSettings settings, Consumer<String> given) {
        Notice notice = new Notice(settings, given);
        if (settings.isWatched()) {
            notice.before.ifPresent(time -> LOG.warn(
                    "the notice [{}] was there before this process, since [{}]: only a newer one counts",
                    settings.file().orElseThrow(),
                    time));
            long millis = settings.every().toMillis();
            notice.watching.scheduleWithFixedDelay(notice::look, 0, millis, TimeUnit.MILLISECONDS);
        }
        return notice;
    }

    private void look() {
        try {
            fromFile().or(this::fromUrl).ifPresent(this::give);
        } catch (RuntimeException e) {
            LOG.warn("cannot look for a notice", e);
        }
    }

    private void give(String line) {
        watching.shutdown();
        given.accept(line);
    }

    private Optional<String> fromFile() {
        return settings.file()
                .filter(file -> written(file)
                        .filter(time -> !Optional.of(time).equals(before))
                        .isPresent())
                .map(file -> "[" + file + "] is there");
    }

    private Optional<String> fromUrl() {
        if (url.isEmpty()) {
            return Optional.empty();
        }
        try {
            NoticeUrl.Said said = url.get().ask();
            sayTrouble(said instanceof NoticeUrl.Said.Trouble it ? it.line() : "");
            return said instanceof NoticeUrl.Said.Notice notice ? Optional.of(notice.line()) : Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Each trouble once, however long it lasts. */
    private void sayTrouble(String line) {
        if (!line.isEmpty() && !line.equals(trouble)) {
            LOG.warn(line);
        }
        trouble = line;
    }

    private static Optional<FileTime> written(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.getLastModifiedTime(file)) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // it has gone just now
        }
    }

    @Override
    public void close() {
        watching.shutdownNow();
    }
}
