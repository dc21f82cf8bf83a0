package io.tinyclip.data.index;

import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.storage.Blob;
import io.tinyclip.storage.LocalBlob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where indexes lie: beside the shard where that can be written, else in a cache folder under a name made of the shard's
 * location; the rules under which they were made are in either name. What lies there is believed only if it is whole and bears the shard's stamp. That nothing can be written is said
 * once, and costs only that shards are read again.
 */
public final class IndexStore {
    /** Behind the shard's own name and, where there are some, a word that stands for the rules. */
    public static final String ENDING = ".tinyclip-index";

    private static final Logger LOG = LoggerFactory.getLogger(IndexStore.class);

    /** A shard that changed so lately may change again without another time of change, on file systems with coarse clocks. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    /** Bytes of the hash of rules that are in a name. */
    private static final int NAME_BYTES = 4;

    private final Optional<Path> cache;
    private final Clock clock;
    private final String ending;
    private final Set<Path> unwritable;

    /** @param cache folder for indexes that cannot lie beside their shards; may be missing */
    public IndexStore(Optional<Path> cache) {
        this(cache, Clock.systemUTC());
    }

    IndexStore(Optional<Path> cache, Clock clock) {
        this(cache, clock, ENDING, ConcurrentHashMap.newKeySet());
    }

    private IndexStore(Optional<Path> cache, Clock clock, String ending, Set<Path> unwritable) {
        this.cache = cache;
        this.clock = clock;
        this.ending = ending;
        this.unwritable = unwritable;
    }

    /**
     * The same folders, for indexes that were made under these rules: those of one tar that is read under several have names of
     * their own, so that none takes another's place.
     *
     * @param rules another text where the same tar would give other samples
     */
    public IndexStore under(String rules) {
        byte[] hash = Sha256.digest().digest(rules.getBytes(StandardCharsets.UTF_8));
        return new IndexStore(cache, clock, "." + HexFormat.of().formatHex(hash, 0, NAME_BYTES) + ENDING, unwritable);
    }

    /**
     * What was found of a shard's index.
     *
     * @param summary empty where the shard must be read
     * @param fault why an index that is there is not believed; empty where none is there
     */
    public record Found(Optional<ShardSummary> summary, Optional<String> fault) {}

    /** The head of a shard's index, of which the rest is not read. */
    public Found summary(Blob shard, ShardStamp stamp) {
        Optional<String> fault = Optional.empty();
        for (Path file : places(shard)) {
            try {
                ShardSummary summary = head(file).summary();
                if (summary.stamp().equals(stamp)) {
                    return new Found(Optional.of(summary), Optional.empty());
                }
                fault = Optional.of("index [" + file + "] is of another state of the shard");
            } catch (DamagedIndexException e) {
                fault = Optional.of("index [" + file + "] " + e.getMessage());
            } catch (NoSuchFileException e) {
                continue;
            } catch (IOException e) {
                fault = Optional.of("index [" + file + "] cannot be read (" + e + ")");
            }
        }
        return new Found(Optional.empty(), fault);
    }

    /** The index of which the summary is the head; empty where it is no longer there, or not whole. */
    public Optional<ShardIndex> load(Blob shard, ShardSummary summary) {
        for (Path file : places(shard)) {
            try {
                if (Files.size(file) != summary.bytes()) {
                    continue;
                }
                ShardIndex index = ShardIndex.read(Files.readAllBytes(file));
                if (index.summary().contentHash().equals(summary.contentHash())) {
                    return Optional.of(index);
                }
            } catch (DamagedIndexException e) {
                LOG.warn("index [{}] {}; the shard is read again", file, e.getMessage());
            } catch (NoSuchFileException e) {
                continue;
            } catch (IOException e) {
                LOG.warn("index [{}] cannot be read ({}); the shard is read again", file, e.toString());
            }
        }
        return Optional.empty();
    }

    /**
     * Keeps an index if it can.
     *
     * @return whether it lies somewhere now
     */
    public boolean save(Blob shard, ShardIndex index) {
        if (!isSettled(shard)) {
            return false;
        }
        for (Path file : places(shard)) {
            Path folder = Objects.requireNonNull(file.getParent(), "an index lies in a folder");
            if (unwritable.contains(folder)) {
                continue;
            }
            try {
                Files.createDirectories(folder);
                write(file, index.bytes());
                return true;
            } catch (IOException e) {
                if (unwritable.add(folder) && isLast(file, shard)) {
                    LOG.warn(
                            "indexes of shards cannot be kept in [{}] ({}); the run goes on, and every start reads all"
                                    + " shards again",
                            folder,
                            e.toString());
                }
            }
        }
        return false;
    }

    /** Where an index of the shard is, or would be, looked for; for messages. */
    public String place(Blob shard) {
        List<Path> places = places(shard);
        return places.stream()
                .filter(Files::exists)
                .findFirst()
                .or(() -> places.stream().findFirst())
                .map(Path::toString)
                .orElse("");
    }

    private boolean isLast(Path file, Blob shard) {
        List<Path> places = places(shard);
        return file.equals(places.get(places.size() - 1));
    }

    private List<Path> places(Blob shard) {
        List<Path> places = new ArrayList<>();
        if (shard instanceof LocalBlob local) {
            Path tar = local.path().toAbsolutePath();
            places.add(tar.resolveSibling(tar.getFileName() + ending));
        }
        cache.ifPresent(folder -> {
            String name = Sha256.hex(shard.location().getBytes(StandardCharsets.UTF_8)) + ending;
            places.add(folder.toAbsolutePath().resolve(name));
        });
        return places;
    }

    private boolean isSettled(Blob shard) {
        if (!(shard instanceof LocalBlob local)) {
            return true;
        }
        try {
            Instant changed = Files.getLastModifiedTime(local.path()).toInstant();
            return changed.isBefore(clock.instant().minus(SETTLED));
        } catch (IOException e) {
            return false;
        }
    }

    private static IndexFormat.Head head(Path file) throws IOException, DamagedIndexException {
        try (FileChannel channel = FileChannel.open(file)) {
            byte[] begin = begin(channel, IndexFormat.USUAL_HEAD);
            int bytes = IndexFormat.headBytes(begin, channel.size());
            return IndexFormat.head(bytes <= begin.length ? begin : begin(channel, bytes), channel.size());
        }
    }

    /** As many bytes as asked for, or as there are. */
    private static byte[] begin(FileChannel channel, int length) throws IOException {
        ByteBuffer begin = ByteBuffer.allocate(length);
        for (int read = 0; read >= 0 && begin.hasRemaining(); ) {
            read = channel.read(begin, begin.position());
        }
        return Arrays.copyOf(begin.array(), begin.position());
    }

    /** Appears whole or not at all. Not forced to the disk: after a power cut its checksums tell, and it is made again. */
    private static void write(Path file, byte[] bytes) throws IOException {
        String writer = Long.toHexString(ProcessHandle.current().pid()) + "-" + Long.toHexString(System.nanoTime());
        Path temporary = file.resolveSibling(file.getFileName() + "." + writer + AtomicFile.TEMPORARY);
        try {
            Files.write(temporary, bytes);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }
}
