package io.tinyclip.cluster.record;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.actors.run.RunListener.StepCommitted;
import io.tinyclip.mask.MaskShares;
import io.tinyclip.plan.Cursor;
import io.tinyclip.plan.RunPlan;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run leaves for people beside its steps. masks.jsonl: how open the masks are, cut back where steps are done again.
 * events.jsonl: who came and went, what was leased again, when the run went back; it only grows, as that has happened. Whoever
 * tells does not wait for the disk.
 */
public final class RunTrace implements AutoCloseable {
    /** Of the run folder. */
    public static final String MASKS = "masks.jsonl";

    /** Of the run folder. */
    public static final String EVENTS = "events.jsonl";

    /** Bytes; a run to which so much happens is read by nobody to its end. */
    private static final long MOST_EVENTS = 16L << 20;

    /** A line of an event. */
    private static final int LONGEST_TEXT = 500;

    private static final int CLOSES_WITHIN_SECONDS = 5;
    private static final double THOUSANDS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(RunTrace.class);

    /** Warnings of those who found it out; and what may happen in every step. */
    private static final Set<RunEvent> LOGGED_ELSEWHERE =
            Set.of(RunEvent.TURNED_AWAY, RunEvent.BROKE_DOWN, RunEvent.WAITED, RunEvent.BAD_SAMPLES);

    private final Path folder;
    private final Consumer<IOException> failed;
    private final ExecutorService writing = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "run-trace");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<Cursor> at = Optional.empty();
    private volatile long steps;
    private long saidBad;
    private Optional<LinesFile> masks = Optional.empty();
    private Optional<LinesFile> events = Optional.empty();

    private RunTrace(Path folder, Consumer<IOException> failed) {
        this.folder = folder;
        this.failed = failed;
    }

    /** @param failed told where something cannot be written; from any thread */
    public static RunTrace open(Path folder, Consumer<IOException> failed) {
        return new RunTrace(folder, failed);
    }

    /**
     * Cuts the masks back to the step that comes next, and tells why it is that one. Waits until they are cut: what is put into a
     * store then is as long as it was seen to be.
     *
     * @param told steps that metrics.jsonl has, before it is cut back
     */
    public void begun(RunPlan plan, long told, Cursor cursor) throws IOException {
        long next = plan.committedSteps(cursor);
        at = Optional.of(cursor);
        steps = next;
        cutMasks(next);
        if (told > next) {
            happened(RunEvent.WENT_BACK, "from step " + told + " to step " + next);
        } else if (next > 0) {
            happened(RunEvent.WENT_ON, "at step " + next);
        } else {
            happened(RunEvent.BEGUN, "at step 0");
        }
    }

    private void cutMasks(long next) throws IOException {
        try {
            writing.submit(() -> {
                        if (masks.isPresent()) {
                            masks.get().close();
                        }
                        masks = Optional.of(LinesFile.open(folder.resolve(MASKS), line -> isBefore(line, next)));
                        return masks;
                    })
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while cutting [" + folder.resolve(MASKS) + "]");
        } catch (RejectedExecutionException e) {
            // As in later.
        }
    }

    private static boolean isBefore(JsonObject line, long next) {
        JsonElement told = line.get("steps");
        return told instanceof JsonPrimitive number && number.isNumber() && number.getAsDouble() < next;
    }

    /** @param before committed before the step that was computed with these masks */
    public void masks(Cursor cursor, long before, MaskShares shares) {
        JsonObject line = where(cursor, before);
        JsonArray towers = new JsonArray();
        shares.towers().forEach(tower -> towers.add(json(tower)));
        line.add("towers", towers);
        later(() -> {
            if (masks.isPresent()) {
                masks.get().append(line);
            }
        });
    }

    /** What is to be told of a step. */
    public void committed(RunPlan plan, StepCommitted step) {
        if (step.leftOut().count() > 0) {
            logBad(step);
            happened(RunEvent.BAD_SAMPLES, step.leftOut().count() + " samples left out, " + step.bad() + " so far");
        }
        if (step.skipped()) {
            happened(RunEvent.SKIPPED, "the gradient's norm was not finite: no update");
        }
        at = Optional.of(plan.next(step.cursor()));
        steps = plan.committedSteps(step.cursor()) + 1L;
    }

    /** The first, and then each time that they are twice as many: with a large batch there may be some in every step. */
    private void logBad(StepCommitted step) {
        if (step.bad() >= saidBad) {
            saidBad = 2 * step.bad();
            LOG.info(
                    "{}: {} samples left out of this step, {} so far; said again at [{}]",
                    RunEvent.BAD_SAMPLES.word(),
                    step.leftOut().count(),
                    step.bad(),
                    saidBad);
        }
    }

    /** @param text a line */
    public void happened(RunEvent event, String text) {
        if (!LOGGED_ELSEWHERE.contains(event)) {
            LOG.info("{}: {}", event.word(), text);
        }
        JsonObject line = at.map(cursor -> where(cursor, steps)).orElseGet(JsonObject::new);
        line.addProperty("time", Instant.now().toEpochMilli());
        line.addProperty("event", event.word());
        line.addProperty("text", text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text);
        later(() -> {
            if (events.isEmpty()) {
                events = Optional.of(LinesFile.open(folder.resolve(EVENTS), kept -> kept.has("event")));
            }
            if (events.get().bytes() < MOST_EVENTS) {
                events.get().append(line);
            }
        });
    }

    /** What was told is written, unless the disk does not get on. */
    @Override
    public void close() throws IOException {
        later(() -> {
            if (masks.isPresent()) {
                masks.get().close();
            }
            if (events.isPresent()) {
                events.get().close();
            }
        });
        writing.shutdown();
        try {
            if (!writing.awaitTermination(CLOSES_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                writing.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static JsonObject where(Cursor cursor, long steps) {
        JsonObject line = new JsonObject();
        line.addProperty("steps", steps);
        line.addProperty("stage", cursor.stage());
        line.addProperty("phase", MetricsFile.word(cursor.phase()));
        line.addProperty("step", cursor.step());
        return line;
    }

    private static JsonObject json(MaskShares.TowerShares tower) {
        JsonObject json = new JsonObject();
        json.addProperty("tower", tower.name());
        json.addProperty("widthSize", tower.widthSize());
        json.add("width", json(tower.width()));
        JsonArray layers = new JsonArray();
        for (MaskShares.LayerShares layer : tower.layers()) {
            JsonObject one = new JsonObject();
            one.add("heads", json(layer.heads()));
            one.addProperty("neuronSize", layer.neuronSize());
            one.add("neurons", json(layer.neurons()));
            layers.add(one);
        }
        json.add("layers", layers);
        return json;
    }

    /** Three decimals are more than a picture shows; what is no number is 0 there. */
    private static JsonArray json(float[] values) {
        JsonArray json = new JsonArray();
        for (float value : values) {
            json.add(Float.isFinite(value) ? Math.round(value * THOUSANDS) / THOUSANDS : 0);
        }
        return json;
    }

    @FunctionalInterface
    private interface Writing {
        void run() throws IOException;
    }

    private void later(Writing task) {
        try {
            writing.execute(() -> {
                try {
                    task.run();
                } catch (IOException e) {
                    failed.accept(e);
                }
            });
        } catch (RejectedExecutionException e) {
            // Nobody looks at a run that has been given back.
        }
    }
}
