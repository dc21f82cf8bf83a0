package io.tinyclip.cluster.board;

import com.google.gson.JsonObject;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.model.InvalidInputException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What this process knows of the run that it has and that stands in no file: where it is now, how long it takes, who takes part. */
public final class LiveRun {
    private static final int ANSWERS_WITHIN_SECONDS = 5;

    /** That a page shows. */
    private static final int MOST_LINKS = 400;

    private static final Task STARTING = new Task("starting", 0, 0, "");

    /** Empty in a process that only asks how others are doing. */
    private volatile Optional<Task> task = Optional.empty();

    private volatile OptionalLong endsAtMillis = OptionalLong.empty();
    private volatile Supplier<CompletionStage<Optional<ClusterStatus>>> members =
            () -> CompletableFuture.completedStage(Optional.empty());
    private volatile boolean ended;
    private volatile Optional<Runnable> begun = Optional.empty();

    /** The task at hand, as the terminal's bar shows it. */
    record Task(String name, long done, long total, String note) {}

    /** @param asked tells who takes part; empty, or failed, where nobody knows */
    public void takePart(Supplier<CompletionStage<Optional<ClusterStatus>>> asked) {
        members = asked;
        begun();
    }

    /**
     * Calls {@code then} as the first task begins, or this process stands by for one: what is wrong with its input or its
     * place it has said by then.
     */
    public void onceBegun(Runnable then) {
        begun = Optional.of(then);
    }

    private void begun() {
        begun.ifPresent(Runnable::run);
        begun = Optional.empty();
    }

    /** The same progress, and the page hears of it. */
    public Progress heard(Progress shown) {
        task = Optional.of(STARTING);
        return new Progress() {
            @Override
            public void begin(String name, long total, long done) {
                begun();
                task = Optional.of(new Task(name, done, total, ""));
                shown.begin(name, total, done);
            }

            @Override
            public void advance(long done, String note) {
                task = task.map(now -> new Task(now.name(), done, now.total(), note));
                shown.advance(done, note);
            }

            @Override
            public void left(OptionalLong nanos) {
                endsAtMillis = nanos.isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(
                                Instant.now().toEpochMilli() + TimeUnit.NANOSECONDS.toMillis(nanos.getAsLong()));
                shown.left(nanos);
            }

            @Override
            public void close() {
                ended = true;
                shown.close();
            }
        };
    }

    OptionalLong endsAtMillis() {
        return endsAtMillis;
    }

    /** Who takes part, as far as somebody says so in time. */
    Optional<ClusterStatus> status() {
        return asked().handle((status, failure) -> failure == null ? status : Optional.<ClusterStatus>empty())
                .join();
    }

    private CompletableFuture<Optional<ClusterStatus>> asked() {
        return members.get()
                .toCompletableFuture()
                .completeOnTimeout(Optional.empty(), ANSWERS_WITHIN_SECONDS, TimeUnit.SECONDS);
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        task.ifPresent(now -> {
            json.addProperty("task", now.name());
            json.addProperty("done", now.done());
            json.addProperty("total", now.total());
            json.addProperty("note", now.note());
        });
        json.addProperty("ended", ended);
        json.addProperty("now", Instant.now().toEpochMilli());
        endsAtMillis.ifPresent(at -> json.addProperty("endsAt", at));
        try {
            asked().join().ifPresent(status -> json.add("cluster", StatusJson.of(BusiestLinks.of(status, MOST_LINKS))));
        } catch (CompletionException e) {
            line(e.getCause()).ifPresent(line -> json.addProperty("unanswered", line));
        }
        return json;
    }

    /** Of a failure that is told to people. */
    private static Optional<String> line(@Nullable Throwable failure) {
        return failure instanceof UncheckedIOException || failure instanceof InvalidInputException
                ? Optional.of(String.valueOf(failure.getMessage()))
                : Optional.empty();
    }
}
