package io.tinyclip.cluster.serve;

import io.tinyclip.cluster.input.PictureFiles;
import io.tinyclip.image.BadPictureException;
import io.tinyclip.image.RgbImage;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Supplier;

/**
 * The embeddings of a folder's pictures, made in the background. A picture has a number, its place among the folder's sorted
 * files, by which alone it can be asked for. Those that cannot be used have none.
 */
final class PictureIndex implements AutoCloseable {
    /** Inputs that the embedder computes in one thread; so many pictures leave the other cores to requests. */
    private static final int BATCH = 64;

    private final PictureFiles files;
    private final Path folder;
    private final Computing computing;
    private final IndexListener listener;
    private final Thread thread = Threads.named("serve-index").newThread(this::embedAll);

    /** What is found so far; replaced, never changed, so that a search needs no lock. */
    private volatile State state = new State(List.of(), 0, List.of(), false, "");

    private volatile boolean closed;

    /**
     * How far it is.
     *
     * @param parts whole batches, in the order of their numbers
     * @param seen files that were looked at
     * @param leftOut complaints
     * @param done whether all were looked at
     * @param failure why it ended before that; else empty
     */
    record State(List<Part> parts, int seen, List<String> leftOut, boolean done, String failure) {
        int searched() {
            return parts.stream().mapToInt(part -> part.numbers.size()).sum();
        }
    }

    /**
     * Some pictures.
     *
     * @param rows (numbers, E) row-major
     */
    record Part(List<Integer> numbers, float[] rows) {}

    /** A picture, and the cosine of its embedding to what was asked. */
    record Found(int number, String name, double score) implements Comparable<Found> {
        /** The best last: a queue gives up the worst first. */
        @Override
        public int compareTo(Found other) {
            int byScore = Double.compare(score, other.score);
            return byScore != 0 ? byScore : Integer.compare(other.number, number);
        }
    }

    /** @param folder holds the files */
    PictureIndex(PictureFiles files, Path folder, Computing computing, IndexListener listener) {
        this.files = files;
        this.folder = folder;
        this.computing = computing;
        this.listener = listener;
    }

    void start() {
        thread.start();
    }

    State state() {
        return state;
    }

    int total() {
        return files.names().size();
    }

    /** The file of a picture that can be searched for. */
    Optional<Path> file(int number) {
        return row(number).map(part -> files.files().get(number));
    }

    /** The embedding of a picture that can be searched for. */
    Optional<float[]> embedding(int number) {
        int channels = computing.channels();
        return row(number).map(part -> {
            int at = Collections.binarySearch(part.numbers, number) * channels;
            return Arrays.copyOfRange(part.rows, at, at + channels);
        });
    }

    private Optional<Part> row(int number) {
        return state.parts.stream()
                .filter(part -> Collections.binarySearch(part.numbers, number) >= 0)
                .findFirst();
    }

    /**
     * The nearest pictures.
     *
     * @param query (E), of unit length
     * @return at most {@code most}, the nearest first; of equals the first by number
     */
    List<Found> search(float[] query, int most) {
        PriorityQueue<Found> best = new PriorityQueue<>();
        for (Part part : state.parts) {
            for (int row = 0; row < part.numbers.size(); row++) {
                int number = part.numbers.get(row);
                best.add(new Found(number, files.names().get(number), cosine(query, part.rows, row)));
                if (best.size() > most) {
                    best.poll();
                }
            }
        }
        List<Found> found = new ArrayList<>(best);
        found.sort(Collections.reverseOrder());
        return found;
    }

    private static double cosine(float[] query, float[] rows, int row) {
        double sum = 0;
        for (int i = 0; i < query.length; i++) {
            sum += (double) query[i] * rows[row * query.length + i];
        }
        return sum;
    }

    private void embedAll() {
        try {
            List<Integer> numbers = new ArrayList<>();
            List<RgbImage> batch = new ArrayList<>();
            for (int from = 0; from < total() && !closed; from += BATCH) {
                int to = Math.min(total(), from + BATCH);
                List<String> complaints = new ArrayList<>(state.leftOut);
                List<Computing.Decoded> decoded = decoded(from, to);
                for (int i = 0; i < decoded.size(); i++) {
                    if (decoded.get(i).picture().isEmpty()) {
                        complaints.add(decoded.get(i).complaint());
                    } else {
                        numbers.add(from + i);
                        batch.add(decoded.get(i).picture().get(0));
                    }
                }
                boolean last = to == total();
                List<Part> parts = new ArrayList<>(state.parts);
                while (batch.size() >= BATCH || last && !batch.isEmpty()) {
                    parts.add(part(numbers, batch));
                }
                state = new State(List.copyOf(parts), to, List.copyOf(complaints), last, "");
                listener.advanced(to, total());
            }
        } catch (Error | RuntimeException e) {
            // Also where memory runs out: whoever searches is to know that the rest is missing.
            state = new State(state.parts, state.seen, state.leftOut, false, String.valueOf(e.getMessage()));
        }
        if (!closed) {
            listener.ended(state.searched(), state.leftOut, state.failure);
        }
    }

    /** Embeds as many as {@code embed} would in one go, and takes them out of the lists. */
    private Part part(List<Integer> numbers, List<RgbImage> batch) {
        int count = Math.min(BATCH, batch.size());
        Part part = new Part(
                List.copyOf(numbers.subList(0, count)), computing.images(List.copyOf(batch.subList(0, count))));
        numbers.subList(0, count).clear();
        batch.subList(0, count).clear();
        return part;
    }

    private List<Computing.Decoded> decoded(int from, int to) {
        List<Supplier<Computing.Decoded>> tasks = new ArrayList<>();
        for (int number = from; number < to; number++) {
            Path file = files.files().get(number);
            tasks.add(() -> Computing.Decoded.of(() -> picture(file)));
        }
        return computing.together(tasks);
    }

    private RgbImage picture(Path file) {
        try {
            return computing
                    .preprocessing()
                    .evaluation(
                            Files.readAllBytes(file), folder.relativize(file).toString());
        } catch (IOException e) {
            throw new BadPictureException("[" + file + "] cannot be read: " + e, e);
        }
    }

    /** Ends the work in the background. */
    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Refuses what is no folder of pictures. */
    static PictureFiles open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new InvalidInputException("--images [" + folder + "] is no folder; name one with pictures");
        }
        return PictureFiles.open(folder);
    }
}
