package io.tinyclip.compute;

import io.tinyclip.data.RecurringViews;
import io.tinyclip.data.Sample;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.Preprocessing;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TokenRows;
import io.tinyclip.taught.TaughtRange;
import io.tinyclip.taught.TaughtView;
import io.tinyclip.taught.TaughtWriter;
import io.tinyclip.text.Tokenizer;
import java.nio.FloatBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Asks a teacher about every view of ranges of samples, for a store. A range is computed in the same portions, in the same order,
 * whoever computes it, and a few portions at a time, so that memory does not grow with it.
 */
public final class StoreFilling implements AutoCloseable {
    /** Views computed together, at least those of one sample. */
    private static final int PORTION = 128;

    private final Work work;
    private final TensorScope scope;
    private final RowForward forward;
    private final Pixels pixels;
    private final ExecutorService threads;

    /**
     * What is asked of whom.
     *
     * @param teacher with the whole token table
     * @param threads portions computed at a time
     */
    public record Work(
            RecurringViews data,
            Preprocessing preprocessing,
            Teacher teacher,
            Precision precision,
            int threads,
            ComputeDevice device) {
        private ModelShape shape() {
            return teacher.layout().shape();
        }
    }

    public StoreFilling(Work work) {
        this.work = work;
        Tokenizer.requireVocabulary(work.shape().text().vocabulary());
        this.scope = Torch.newScope(work.device);
        TokenRows all = TokenRows.all(work.shape().text().vocabulary());
        this.forward = new RowForward(scope, new RowForward.Source(work.teacher, all, work.precision, work.device));
        this.pixels = new Pixels(work.preprocessing);
        this.threads = Executors.newFixedThreadPool(work.threads);
    }

    /**
     * Computes and writes a range.
     *
     * @param first index of its first sample
     * @param progress hears of samples as they are done
     */
    public void fill(TaughtWriter writer, TaughtRange range, int first, IntConsumer progress) {
        int portion = Math.max(1, PORTION / work.data.count());
        Deque<Future<List<List<TaughtView>>>> ahead = new ArrayDeque<>();
        List<List<TaughtView>> ready = new ArrayList<>();
        int[] asked = new int[1];
        writer.write(range, place -> {
            if (place % portion == 0) {
                while (asked[0] < range.count() && ahead.size() <= work.threads) {
                    int from = asked[0];
                    asked[0] = Math.min(range.count(), from + portion);
                    int to = asked[0];
                    ahead.add(threads.submit(() -> views(first + from, first + to)));
                }
                ready.clear();
                ready.addAll(result(ahead.remove()));
                progress.accept(ready.size());
            }
            return ready.get(place % portion);
        });
    }

    private static List<List<TaughtView>> result(Future<List<List<TaughtView>>> portion) {
        try {
            return portion.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a teacher is asked", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a teacher could not be asked: " + e.getCause(), e);
        }
    }

    /** Of the samples {@code [from, to)}, those of each by their numbers. */
    private List<List<TaughtView>> views(int from, int to) {
        int count = work.data.count();
        IntStream places = IntStream.range(0, (to - from) * count);
        List<Optional<Sample>> samples = (work.device.copies() ? places.parallel() : places)
                .mapToObj(place -> sample(from + place / count, place % count))
                .toList();
        List<Sample> good = samples.stream().flatMap(Optional::stream).toList();
        List<TaughtView> said = new ArrayList<>(good.isEmpty() ? List.of() : taught(good));
        List<List<TaughtView>> views = new ArrayList<>();
        int next = 0;
        for (int place = 0; place < samples.size(); place++) {
            if (place % count == 0) {
                views.add(new ArrayList<>());
            }
            views.get(place / count).add(samples.get(place).isPresent() ? said.get(next++) : TaughtView.BAD);
        }
        return views;
    }

    private Optional<Sample> sample(int index, int view) {
        try {
            return Optional.of(work.data.numbered(index, view, work.preprocessing));
        } catch (BadPictureException e) {
            return Optional.empty();
        }
    }

    /** A caption that several views show is embedded once. */
    private List<TaughtView> taught(List<Sample> samples) {
        int side = work.preprocessing.size();
        FloatBuffer floats = FloatBuffer.allocate(samples.size() * 3 * side * side);
        samples.forEach(sample -> pixels.put(sample.image(), floats));
        Map<String, Integer> captions = new LinkedHashMap<>();
        samples.forEach(sample -> captions.putIfAbsent(sample.caption(), captions.size()));
        int length = work.shape().text().contextLength();
        List<float[]> texts = forward.texts(captions.keySet().stream()
                .map(caption -> Tokenizer.clip().encode(caption, length))
                .toList());
        List<float[]> images = forward.images(floats.flip(), samples.size());
        List<TaughtView> views = new ArrayList<>();
        for (int i = 0; i < samples.size(); i++) {
            int text = Objects.requireNonNull(captions.get(samples.get(i).caption()), "all are in it");
            views.add(TaughtView.rounded(images.get(i), texts.get(text)));
        }
        return views;
    }

    /** Waits for portions that are under way. */
    @Override
    public void close() {
        threads.shutdown();
        KernelThreads.await(threads);
        scope.close();
    }
}
