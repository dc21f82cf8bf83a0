package io.tinyclip.evaluate;

import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.BadSample;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * Embeds tasks, whole or in parts. Pictures are decoded on all processors, a batch at a time, and only their embeddings are
 * kept. What is computed together is always as much, filled up with what is there already where it is less: so the same
 * picture has the same embedding wherever it stands, and ties are ties however a task is cut.
 */
public final class TaskEmbedder {
    /** Pictures or texts at a time. */
    public static final int BATCH = 256;

    private final Embedder embedder;

    public TaskEmbedder(Embedder embedder) {
        this.embedder = embedder;
    }

    /**
     * A whole task.
     *
     * @param done hears how many pictures and texts were embedded since it was last called
     * @throws InvalidInputException if no picture can be used
     */
    public TaskEmbeddings whole(JudgedTask task, LongConsumer done) {
        requireRoom(task);
        float[] texts = texts(task.texts(), done);
        List<TaskEmbeddings> parts = new ArrayList<>();
        for (int from = 0; from < task.pictures(); from += BATCH) {
            int to = Math.min(task.pictures(), from + BATCH);
            parts.add(pictures(task, from, to));
            done.accept(to - from);
        }
        TaskEmbeddings all = TaskEmbeddings.join(embedder.embedding(), parts, texts);
        if (all.pictures().length == 0) {
            String first = all.leftOut().isEmpty()
                    ? ""
                    : ", [" + all.leftOut().get(0).key() + "] for the reason that it "
                            + all.leftOut().get(0).reason();
            throw new InvalidInputException(
                    "none of the [" + task.pictures() + "] pictures can be used" + first + "; give others");
        }
        return all;
    }

    /** The pictures {@code from} to {@code to - 1} of a task, at most {@value #BATCH} of them. */
    public TaskEmbeddings pictures(JudgedTask task, int from, int to) {
        RgbImage[] images = new RgbImage[to - from];
        BadSample[] bad = new BadSample[to - from];
        IntStream.range(from, to).parallel().forEach(i -> {
            try {
                images[i - from] = task.picture(i, embedder.preprocessing());
            } catch (BadPictureException e) {
                bad[i - from] = new BadSample(task.name(i).tar(), task.name(i).key(), e.reason());
            }
        });
        int[] good =
                IntStream.range(0, images.length).filter(i -> bad[i] == null).toArray();
        List<RgbImage> batch = IntStream.of(good).mapToObj(i -> images[i]).toList();
        List<BadSample> leftOut = IntStream.range(0, images.length)
                .filter(i -> bad[i] != null)
                .mapToObj(i -> bad[i])
                .toList();
        float[] rows = batch.isEmpty() ? new float[0] : rows(batch, embedder::images);
        return new TaskEmbeddings(
                embedder.embedding(), IntStream.of(good).map(i -> from + i).toArray(), rows, new float[0], leftOut);
    }

    /** The texts {@code from} to {@code to - 1} of a task, at most {@value #BATCH} of them. */
    public TaskEmbeddings texts(JudgedTask task, int from, int to) {
        float[] rows = rows(task.texts().subList(from, to), embedder::texts);
        return new TaskEmbeddings(embedder.embedding(), new int[0], new float[0], rows, List.of());
    }

    private <T> float[] rows(List<T> inputs, Function<List<T>, float[]> embed) {
        int together = embedder.together();
        int filled = (inputs.size() + together - 1) / together * together;
        List<T> all = new ArrayList<>(inputs);
        all.addAll(Collections.nCopies(filled - inputs.size(), inputs.get(0)));
        return Arrays.copyOf(embed.apply(all), inputs.size() * embedder.embedding());
    }

    private void requireRoom(JudgedTask task) {
        long most = Integer.MAX_VALUE / embedder.embedding();
        if (task.pictures() > most || task.texts().size() > most) {
            throw new InvalidInputException(
                    "[" + task.pictures() + "] pictures and [" + task.texts().size()
                            + "] texts are too many for one set: with [" + embedder.embedding()
                            + "] channels an embedding at most [" + most + "] of each can be judged; cut the set");
        }
    }

    /** @return (texts, E) */
    private float[] texts(List<String> texts, LongConsumer done) {
        int width = embedder.embedding();
        float[] rows = new float[Math.multiplyExact(texts.size(), width)];
        for (int from = 0; from < texts.size(); from += BATCH) {
            int to = Math.min(texts.size(), from + BATCH);
            float[] part = rows(texts.subList(from, to), embedder::texts);
            System.arraycopy(part, 0, rows, from * width, part.length);
            done.accept(to - from);
        }
        return rows;
    }
}
