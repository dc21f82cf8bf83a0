package io.tinyclip.cluster.board;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
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
 * is found without reading what was there. A last line without its end counts for nothing: it is being written, or was torn.
 *
 * <p>Lines that say what came of judging stand beside the others, which are a line a step: they are not counted among them.
 */
final class GrowingLines {
    /** Lines between two whose place is remembered. */
    private static final int STRIDE = 512;

    /** Files that are remembered. */
    private static final int MOST_FILES = 64;

    /** Bytes; a longer line is taken for empty. */
    private static final int LONGEST_LINE = 1 << 20;

    /** Lines beside the others that are kept of a file. */
    private static final int MOST_BESIDE = 4096;

    /** What a line beside the others has, and none of them: within a text its quotes would be escaped. */
    private static final String BESIDE = "\"judged\":{";

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
     * @param indices of the lines, from 0
     * @param next the line to ask for next
     * @param total whole lines in the file
     */
    record Slice(List<Integer> indices, List<String> lines, int next, int total) {
        static final Slice NOTHING = new Slice(List.of(), List.of(), 0, 0);
    }

    /** Where every {@link #STRIDE}th line begins in the file of a key. */
    private static final class Places {
        private final Object fileKey;
        private final List<Long> offsets = new ArrayList<>(List.of(0L));
        private final List<Integer> besideAt = new ArrayList<>();
        private final List<String> beside = new ArrayList<>();
        private int lines;
        private long end;

        Places(Object fileKey) {
            this.fileKey = fileKey;
        }
    }

    /**
     * Some lines from one on; none of a file that is not there.
     *
     * @param from index of the first line
     * @param every only lines whose index it divides
     * @param most of lines
     */
    synchronized Slice slice(Path file, int from, int every, int most) throws IOException {
        try {
            Places places = grown(file);
            List<Integer> indices = new ArrayList<>();
            List<String> lines = new ArrayList<>();
            int at = Math.min(from, places.lines) / STRIDE * STRIDE;
            long bytes = 0;
            if (from < places.lines) {
                try (InputStream in = at(file, places.offsets.get(at / STRIDE))) {
                    for (; at < places.lines && lines.size() < most && bytes < MOST_BYTES; at++) {
                        String line = counted(in);
                        if (at >= from && at % every == 0) {
                            indices.add(at);
                            lines.add(line);
                            bytes += line.length();
                        }
                    }
                }
            }
            return new Slice(indices, lines, Math.max(at, Math.min(from, places.lines)), places.lines);
        } catch (NoSuchFileException e) {
            return Slice.NOTHING;
        }
    }

    /**
     * Some of the lines beside the others.
     *
     * @param from which of them is the first, from 0
     * @return at the indices of the lines that they stand behind
     */
    synchronized Slice beside(Path file, int from, int most) throws IOException {
        try {
            Places places = grown(file);
            int total = places.beside.size();
            int first = Math.min(from, total);
            int next = Math.min(total, first + most);
            return new Slice(
                    List.copyOf(places.besideAt.subList(first, next)),
                    List.copyOf(places.beside.subList(first, next)),
                    next,
                    total);
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
        if (now.size() > places.end) {
            count(file, places);
        }
        return places;
    }

    private static void count(Path file, Places places) throws IOException {
        try (InputStream in = at(file, places.end)) {
            long offset = places.end;
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                offset++;
                if (read == '\n') {
                    places.end = offset;
                    ended(places, line.toString(StandardCharsets.UTF_8));
                    line.reset();
                } else if (line.size() < LONGEST_LINE) {
                    line.write(read);
                }
            }
        }
    }

    private static void ended(Places places, String line) {
        if (!line.contains(BESIDE)) {
            places.lines++;
            if (places.lines % STRIDE == 0) {
                places.offsets.add(places.end);
            }
        } else if (places.beside.size() < MOST_BESIDE) {
            places.besideAt.add(Math.max(0, places.lines - 1));
            places.beside.add(line);
        }
    }

    private static String counted(InputStream in) throws IOException {
        String line = line(in);
        while (line.contains(BESIDE)) {
            line = line(in);
        }
        return line;
    }

    private static InputStream at(Path file, long offset) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.skipNBytes(offset);
        return in;
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int length = 0;
        for (int read = in.read(); read >= 0 && read != '\n'; read = in.read()) {
            length++;
            if (length <= LONGEST_LINE) {
                line.write(read);
            }
        }
        return length > LONGEST_LINE ? "" : line.toString(StandardCharsets.UTF_8);
    }
}
