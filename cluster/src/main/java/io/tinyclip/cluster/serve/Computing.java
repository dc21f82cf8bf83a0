package io.tinyclip.cluster.serve;

import io.tinyclip.evaluate.Embedder;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.image.RgbImage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Embeds what requests ask, on all cores. Each request is a batch of its own, as {@code embed} would make it of the same inputs: the
 * last bits of an embedding depend on how many inputs a batch has, and an answer shall not depend on who else asked something.
 * Where requests may be gathered, those that wait are one batch, which is quicker.
 */
final class Computing implements AutoCloseable {
    /** For what is under way when the server ends. */
    private static final long CLOSING_SECONDS = 30;

    private static final float[] NONE = {};

    private final Embedder embedder;
    private final Limits limits;
    private final int cores;
    private final boolean gathers;
    private final Queue<Asked> waiting = new ArrayDeque<>();
    private final ExecutorService requests;
    private final ExecutorService decoding;

    /** A request that waits. */
    private record Asked(Inputs inputs, CompletableFuture<Embeddings> answer) {}

    /**
     * @param cores requests computed, and pictures decoded, at a time
     * @param gathers whether requests that wait are one batch
     */
    Computing(Embedder embedder, Limits limits, int cores, boolean gathers) {
        this.embedder = embedder;
        this.limits = limits;
        this.cores = cores;
        this.gathers = gathers;
        this.requests = Executors.newFixedThreadPool(cores, Threads.named("serve-embed"));
        this.decoding = Executors.newFixedThreadPool(cores, Threads.named("serve-decode"));
    }

    int channels() {
        return embedder.embedding();
    }

    Preprocessing preprocessing() {
        return embedder.preprocessing();
    }

    /**
     * Embeds a request's inputs.
     *
     * @return fails with {@link Refused} for a picture that is none, and if it is not done in time
     */
    CompletionStage<Embeddings> embed(Inputs inputs) {
        Asked asked = new Asked(inputs, new CompletableFuture<>());
        synchronized (waiting) {
            waiting.add(asked);
        }
        requests.execute(() -> computed(next()));
        return asked.answer.orTimeout(limits.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Requests that nobody computes yet. */
    int waiting() {
        synchronized (waiting) {
            return waiting.size();
        }
    }

    /** The request that has waited longest, and those after it that go with it; none if others have taken them. */
    private List<Asked> next() {
        List<Asked> together = new ArrayList<>();
        int count = 0;
        synchronized (waiting) {
            int most = gathers ? share() : 0;
            for (Asked first = waiting.peek(); first != null; first = waiting.peek()) {
                count += first.inputs.count();
                if (!together.isEmpty() && count > most) {
                    break;
                }
                together.add(waiting.remove());
            }
        }
        return together;
    }

    /** Inputs of a batch: of those that wait so many that every core gets some, and at most a whole chunk. */
    private int share() {
        int all = waiting.stream().mapToInt(asked -> asked.inputs.count()).sum();
        return Math.min(embedder.together(), (all + cores - 1) / cores);
    }

    private void computed(List<Asked> requests) {
        List<Asked> whole = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        List<RgbImage> pictures = new ArrayList<>();
        for (Asked asked : requests) {
            if (asked.answer.isDone()) {
                continue; // nobody waits for it any more
            }
            try {
                pictures.addAll(decoded(asked.inputs.pictures()));
                texts.addAll(asked.inputs.texts());
                whole.add(asked);
            } catch (RuntimeException e) {
                asked.answer.completeExceptionally(e);
            }
        }
        try {
            answer(
                    whole,
                    texts.isEmpty() ? NONE : embedder.texts(texts),
                    pictures.isEmpty() ? NONE : embedder.images(pictures));
        } catch (Error | RuntimeException e) {
            whole.forEach(asked -> asked.answer.completeExceptionally(e));
        }
    }

    private void answer(List<Asked> requests, float[] texts, float[] pictures) {
        int channels = embedder.embedding();
        int text = 0;
        int picture = 0;
        for (Asked asked : requests) {
            int textEnd = text + asked.inputs.texts().size() * channels;
            int pictureEnd = picture + asked.inputs.pictures().size() * channels;
            asked.answer.complete(new Embeddings(
                    channels,
                    Arrays.copyOfRange(texts, text, textEnd),
                    Arrays.copyOfRange(pictures, picture, pictureEnd)));
            text = textEnd;
            picture = pictureEnd;
        }
    }

    /** Embeds pictures as the model takes them, in the calling thread. */
    float[] images(List<RgbImage> pictures) {
        return embedder.images(pictures);
    }

    private List<RgbImage> decoded(List<byte[]> files) {
        AtomicInteger place = new AtomicInteger();
        List<Decoded> all = together(files.stream()
                .<Supplier<Decoded>>map(file -> {
                    String where = "images [" + place.getAndIncrement() + "]";
                    return () -> Decoded.of(() -> preprocessing().evaluation(file, where, limits.pixels()));
                })
                .toList());
        return all.stream().map(Decoded::orRefuse).toList();
    }

    /** Runs what decodes pictures on all cores, and waits for it. */
    <T> List<T> together(List<Supplier<T>> tasks) {
        List<CompletableFuture<T>> all = tasks.stream()
                .map(task -> CompletableFuture.supplyAsync(task, decoding))
                .toList();
        try {
            return all.stream().map(CompletableFuture::join).toList();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Other work on pictures, beside the decoding of those of requests. */
    <T> CompletionStage<T> aside(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, decoding);
    }

    /** A picture as the model takes it, or what is wrong with it. */
    record Decoded(List<RgbImage> picture, String complaint) {
        static Decoded of(Supplier<RgbImage> decoder) {
            try {
                return new Decoded(List.of(decoder.get()), "");
            } catch (BadPictureException e) {
                return new Decoded(List.of(), String.valueOf(e.getMessage()));
            }
        }

        private RgbImage orRefuse() {
            if (picture.isEmpty()) {
                throw Refused.input(complaint);
            }
            return picture.get(0);
        }
    }

    @Override
    public void close() {
        requests.shutdown();
        decoding.shutdown();
        try {
            boolean done = requests.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS);
            if (!done) {
                requests.shutdownNow();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
