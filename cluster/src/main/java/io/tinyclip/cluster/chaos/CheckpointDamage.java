package io.tinyclip.cluster.chaos;

import io.tinyclip.cluster.chaos.plan.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Damages a file of the newest checkpoint, while an older one is there to go on from. */
final class CheckpointDamage {
    private static final String MANIFEST = "manifest.json";
    private static final int KEPT = 2;

    private final Path checkpoints;

    CheckpointDamage(Path folder) {
        this.checkpoints = folder.resolve("checkpoints");
    }

    /**
     * @param pick any number; which file and which bit
     * @return the damaged file; empty where fewer than two checkpoints are there, or it has just been replaced
     */
    Optional<String> inflict(Kind kind, int pick) {
        try {
            List<Path> committed = committed();
            if (committed.size() < KEPT) {
                return Optional.empty();
            }
            List<Path> files = list(committed.get(0)).stream()
                    .filter(file -> !file.toString().endsWith(".tmp"))
                    .toList();
            Path file = files.get(pick % files.size());
            switch (kind) {
                case SHORTEN -> shorten(file);
                case FLIP -> flip(file, pick);
                case DELETE -> Files.delete(file);
                default -> throw new IllegalArgumentException(kind + " damages no file");
            }
            return Optional.of(checkpoints.relativize(file).toString());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot damage [" + checkpoints + "]: " + e.getMessage(), e);
        }
    }

    private static void shorten(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() / 2);
        }
    }

    private static void flip(Path file, int pick) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long at = Math.floorMod((long) pick * Integer.MAX_VALUE, channel.size());
            ByteBuffer one = ByteBuffer.allocate(1);
            channel.read(one, at);
            one.put(0, (byte) (one.get(0) ^ 1)).rewind();
            channel.write(one, at);
        }
    }

    /** Newest first. */
    private List<Path> committed() throws IOException {
        return list(checkpoints).stream()
                .filter(path -> Files.exists(path.resolve(MANIFEST)))
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }
}
