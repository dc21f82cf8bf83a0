package io.tinyclip.cluster.board;

import io.tinyclip.report.JudgedPoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Files of lines that grow while they are read. Where a line begins is remembered for some of them, so that what has come since
 * is found without reading what was there. A last line without its end counts for nothing: it is being written, or was torn. A
 * line that says what was judged after a step stands behind that step's, and has its index: steps are counted, not lines.
 */
final class GrowingLines {
    private static final byte[] MARK = JudgedPoint.MARK.getBytes(StandardCharsets.UTF_8);

    /** Lines between two whose place is remembered. */
    private static final int STRIDE = 512;

    /** Files that are remembered. */
    private static final int MOST_FILES = 64;

    /** Bytes of an answer. */
    private static final int MOST_BYTES = 4 << 20;

    private final Map<Path, Places> known = new LinkedHashMap<>(MOST_FILES, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Places> eldest) {
            return size() > MOST_FILES;
        }
    };

    /**
     * Lines of a file.
     *
     * @param indices of the steps that the lines are about, from 0
     * @param next the line to ask for next
     * @param total whole lines in the file
     * @param steps those of them that are no judgement's
     */
    record Slice(List<Integer> indices, List<String> lines, int next, int total, int steps) {
        static final Slice NOTHING = new Slice(List.of(), List.of(), 0, 0, 0);
    }

    /** Bytes and steps before a line. */
    private record Place(long offset, int steps) {}

    /** Where every {@link #STRIDE}th line begins in the file of a key. */
    private static final class Places {
        private final Object fileKey;
        private final List<Place> places = new ArrayList<>(List.of(new Place(0, 0)));
        private int lines;
        private int steps;
        private long end;
        private long seen;

        Places(Object fileKey) {
            this.fileKey = fileKey;
        }
    }

    /**
     * Some lines from one on; none of a file that is not there.
     *
     * @param from number of the first line, from 0
     * @param every only lines of steps whose index it divides, and what was judged
     * @param most of lines
     */
    synchronized Slice slice(Path file, int from, int every, int most) throws IOException {
        try {
            Places places = grown(file);
            List<Integer> indices = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            int at = Math.min(from, places.lines) / STRIDE * STRIDE;
            Place place = places.places.get(at / STRIDE);
            int steps = place.steps;
            long bytes = 0;
            if (from < places.lines) {
                try (LineReader reader = LineReader.at(file, place.offset)) {
                    for (; at < places.lines && lines.size() < most && bytes < MOST_BYTES && reader.next(); at++) {
                        boolean judged = reader.contains(MARK);
                        steps += judged ? 0 : 1;
                        int index = Math.max(0, steps - 1);
                        if (at >= from && (judged || index % every == 0)) {
                            indices.add(index);
                            lines.add(reader.text());
                            bytes += lines.get(lines.size() - 1).length();
                        }
                    }
                }
            }
            int next = Math.max(at, Math.min(from, places.lines));
            return new Slice(indices, lines, next, places.lines, places.steps);
        } catch (NoSuchFileException e) {
            return Slice.NOTHING;
        }
    }

    private Places grown(Path file) throws IOException {
        BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
        Places places = known.get(file);
        if (places == null || !Objects.equals(places.fileKey, now.fileKey()) || now.size() < places.end) {
            places = new Places(now.fileKey());
            known.put(file, places);
        }
        if (now.size() > places.end && now.size() != places.seen) {
            count(file, places);
            places.seen = now.size();
        }
        return places;
    }

    private static void count(Path file, Places places) throws IOException {
        try (LineReader reader = LineReader.at(file, places.end)) {
            while (reader.next()) {
                places.lines++;
                places.steps += reader.contains(MARK) ? 0 : 1;
                places.end = reader.offset();
                if (places.lines % STRIDE == 0) {
                    places.places.add(new Place(places.end, places.steps));
                }
            }
        }
    }
}
