package io.tinyclip.checkpoint;

import com.google.gson.JsonObject;
import io.tinyclip.files.JsonFields;
import io.tinyclip.hash.Sha256;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.ShardPin;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What shards of the training pairs were found to hold, beside the checkpoints of their run: {@code pins-STEPS-TERM.bin}, written
 * before a step is committed that has read shards first, with what they hold. After {@value #MOST_FILES} of them, the next one
 * has all that they had in it, and they go. A checkpoint's manifest has the number and a hash of all pins of its steps.
 *
 * <pre>
 * file     magic 8, pins 4, of each: committed steps 8, shard 4, hash 32; SHA-256 of all before it 32
 * </pre>
 *
 * <p>Numbers are big-endian. A file appears whole or not at all, and no two writers have one of the same name.
 */
public final class PinFiles {
    private static final Pattern NAME = Pattern.compile("pins-\\d{9}-\\d{1,9}\\.bin");
    private static final long MAGIC = 0x7463_7069_6e73_0d0aL; // "tcpins", CR, LF
    private static final int HEAD = Long.BYTES + Integer.BYTES;
    private static final int RECORD = Long.BYTES + Integer.BYTES + Sha256.BYTES;
    private static final int MOST_FILES = 64;
    private static final String FIELD = "pins";

    /** @param steps committed ones, with the first that has used it */
    private record Pin(long steps, String hash) {
        Pin earlier(Pin other) {
            return other.steps < steps ? other : this;
        }
    }

    private final CheckpointFolder folder;
    private Optional<Map<Integer, Pin>> known = Optional.empty();

    PinFiles(CheckpointFolder folder) {
        this.folder = folder;
    }

    static boolean isOne(String name) {
        return NAME.matcher(name).matches();
    }

    /** The hashes of all shards that were pinned, by their numbers, as the files have them now. */
    public synchronized Map<Integer, String> all() {
        known = Optional.of(read());
        return hashes(Long.MAX_VALUE);
    }

    /**
     * As {@link #all}, where the run goes on from a checkpoint.
     *
     * @param state of its manifest
     * @param steps committed ones of the checkpoint
     * @throws InvalidInputException if what it says of them is not in the files
     */
    public synchronized Map<Integer, String> require(JsonObject state, long steps) {
        Map<Integer, String> all = all();
        Map<Integer, String> then = hashes(steps);
        if (state.has(FIELD)) {
            JsonFields fields = new JsonFields(state, "checkpoint").object(FIELD);
            long count = fields.whole("shards", 0, Integer.MAX_VALUE);
            if (count != then.size() || !hash(then).equals(fields.text("sha256"))) {
                throw new InvalidInputException("checkpoint [" + CheckpointStore.id(steps) + "] in ["
                        + folder.shared().shown("")
                        + "] goes with what [" + count
                        + "] tars were found to hold, and the files pins-*.bin there tell it"
                        + " of [" + then.size() + "], or otherwise; put them back, or start in a new folder");
            }
        }
        return all;
    }

    /** Puts into a manifest's state what is pinned in so many committed steps; nothing where nothing is. */
    public synchronized void write(JsonObject state, long steps) {
        Map<Integer, String> pins = hashes(steps);
        if (!pins.isEmpty()) {
            JsonObject json = new JsonObject();
            json.addProperty("shards", pins.size());
            json.addProperty("sha256", hash(pins));
            state.add(FIELD, json);
        }
    }

    /**
     * Pins shards, durably.
     *
     * @param term of the writer
     * @param steps committed ones, with the one that has found this
     */
    public synchronized void add(long term, long steps, List<ShardPin> pins) {
        Map<Integer, Pin> now = new TreeMap<>(known());
        Map<Integer, Pin> fresh = new TreeMap<>();
        pins.forEach(pin -> fresh.put(pin.shard(), new Pin(steps, pin.hash())));
        fresh.forEach(now::putIfAbsent);
        List<String> before = files();
        boolean merges = before.size() >= MOST_FILES;
        String name = String.format(Locale.ROOT, "pins-%09d-%d.bin", steps, term);
        // One of this step and term may be there, of an attempt at it that began anew.
        Map<Integer, Pin> kept = new TreeMap<>(fresh);
        (merges ? before : before.stream().filter(name::equals).toList()).forEach(old -> readIfThere(old)
                .ifPresent(it -> it.forEach((shard, pin) -> kept.merge(shard, pin, Pin::earlier))));
        write(name, kept);
        known = Optional.of(now);
        if (merges) {
            before.stream().filter(old -> !old.equals(name)).forEach(folder.shared()::delete);
        }
    }

    /** Removes what was pinned after so many committed steps, as it is in doubt. */
    synchronized void removeAfter(long steps) {
        for (String file : files()) {
            Map<Integer, Pin> all = read(file);
            Map<Integer, Pin> kept = new TreeMap<>(all);
            kept.values().removeIf(pin -> pin.steps > steps);
            if (kept.isEmpty()) {
                folder.shared().delete(file);
            } else if (kept.size() < all.size()) {
                write(file, kept);
            }
        }
        known = Optional.empty();
    }

    private Map<Integer, Pin> known() {
        if (known.isEmpty()) {
            known = Optional.of(read());
        }
        return known.get();
    }

    private Map<Integer, String> hashes(long steps) {
        Map<Integer, String> hashes = new TreeMap<>();
        known().forEach((shard, pin) -> {
            if (pin.steps <= steps) {
                hashes.put(shard, pin.hash);
            }
        });
        return hashes;
    }

    private static String hash(Map<Integer, String> pins) {
        MessageDigest digest = Sha256.digest();
        pins.forEach((shard, hash) -> {
            digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(shard).array());
            digest.update(HexFormat.of().parseHex(hash));
        });
        return HexFormat.of().formatHex(digest.digest());
    }

    private List<String> files() {
        return folder.shared().names("").stream().filter(PinFiles::isOne).toList();
    }

    /** What shards hold stays true, whoever leads when it is written. */
    private void write(String file, Map<Integer, Pin> pins) {
        folder.shared().write(file, bytes(pins), () -> {});
    }

    /** Of two that tell of the same shard, the earlier counts: they agree, or the run would have ended. */
    private Map<Integer, Pin> read() {
        while (true) {
            Map<Integer, Pin> pins = new TreeMap<>();
            boolean all = true;
            for (String file : files()) {
                Optional<Map<Integer, Pin>> there = readIfThere(file);
                all &= there.isPresent();
                there.ifPresent(it -> it.forEach((shard, pin) -> pins.merge(shard, pin, Pin::earlier)));
            }
            if (all) {
                return pins;
            }
        }
    }

    /**
     * Empty where another leader, followed meanwhile or to be, has put the file's pins into a later one and removed it since it was
     * listed.
     */
    private Optional<Map<Integer, Pin>> readIfThere(String file) {
        try {
            return Optional.of(read(file));
        } catch (InvalidInputException e) {
            if (files().contains(file)) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static byte[] bytes(Map<Integer, Pin> pins) {
        ByteBuffer out = ByteBuffer.allocate(HEAD + pins.size() * RECORD + Sha256.BYTES);
        out.putLong(MAGIC).putInt(pins.size());
        pins.forEach((shard, pin) ->
                out.putLong(pin.steps).putInt(shard).put(HexFormat.of().parseHex(pin.hash)));
        MessageDigest digest = Sha256.digest();
        digest.update(out.array(), 0, out.position());
        return out.put(digest.digest()).array();
    }

    private Map<Integer, Pin> read(String file) {
        byte[] bytes;
        try {
            Blob blob = folder.shared().open(file);
            bytes = new byte[Math.toIntExact(blob.size())];
            blob.read(0, ByteBuffer.wrap(bytes));
        } catch (IOException e) {
            throw folder.shared().unreadable(file, e);
        }
        int hashed = bytes.length - Sha256.BYTES;
        if (hashed < HEAD || (hashed - HEAD) % RECORD != 0) {
            throw damaged(folder.shared().shown(file));
        }
        MessageDigest digest = Sha256.digest();
        digest.update(bytes, 0, hashed);
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, hashed);
        boolean whole = Arrays.equals(digest.digest(), Arrays.copyOfRange(bytes, hashed, bytes.length))
                && in.getLong() == MAGIC
                && in.getInt() == (hashed - HEAD) / RECORD;
        if (!whole) {
            throw damaged(folder.shared().shown(file));
        }
        Map<Integer, Pin> pins = new TreeMap<>();
        byte[] hash = new byte[Sha256.BYTES];
        while (in.hasRemaining()) {
            long steps = in.getLong();
            int shard = in.getInt();
            in.get(hash);
            pins.put(shard, new Pin(steps, HexFormat.of().formatHex(hash)));
        }
        return pins;
    }

    private static InvalidInputException damaged(String file) {
        return new InvalidInputException("[" + file + "] is damaged, and tells what tars of the run were found to hold;"
                + " restore it, or start in a new folder");
    }

    /** The run starts over. */
    synchronized void removeAll() {
        files().forEach(folder.shared()::delete);
        known = Optional.empty();
    }
}
