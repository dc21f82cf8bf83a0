package io.tinyclip.cluster.record;

import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two commands on one machine out of one run folder. Among the candidates of one cluster it decides nothing: a leader
 * that hangs, or whose machine is gone, may hold it for minutes, and the term says who leads.
 */
final class FolderLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FolderLock.class);
    private static final String NAME = "lock";
    private static final Duration POLL = Duration.ofMillis(100);

    private final Optional<FileChannel> held;
    private volatile boolean closed;

    private FolderLock(Optional<FileChannel> held) {
        this.held = held;
    }

    /**
     * Takes the lock, or goes without where another candidate of the same cluster has it.
     *
     * @param patience how long another process may take to end
     * @throws InvalidInputException if the process of another run has it for longer
     */
    static FolderLock take(Path folder, ClusterSettings cluster, Duration patience) throws IOException {
        Path file = folder.resolve(NAME);
        String own = owner(cluster);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        long deadline = System.nanoTime() + patience.toNanos();
        while (true) {
            if (isTaken(channel)) {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(own.getBytes(StandardCharsets.UTF_8)), 0);
                return new FolderLock(Optional.of(channel));
            }
            if (!own.isEmpty() && own.equals(Files.readString(file))) {
                channel.close();
                LOG.info("another candidate holds the lock of [{}]; the term says who leads", folder);
                return new FolderLock(Optional.empty());
            }
            if (System.nanoTime() >= deadline) {
                channel.close();
                throw new InvalidInputException("another process uses the run folder [" + folder
                        + "]; wait until it ends, or set tinyclip.run.folder to another folder");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }

    /** The cluster whose candidates share the folder; empty for a process that is alone. */
    private static String owner(ClusterSettings cluster) {
        boolean candidates = cluster.mode() == ClusterSettings.Mode.CLUSTER
                && (cluster.discovery().searches() || !cluster.seeds().isEmpty());
        return candidates ? cluster.name() + " with candidates " + cluster.where() + "\n" : "";
    }

    private static boolean isTaken(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Whether it has not been given back. */
    boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        if (held.isPresent()) {
            held.get().close();
        }
    }
}
