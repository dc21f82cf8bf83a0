package io.tinyclip.data;

import io.tinyclip.data.index.IndexBuilder;
import io.tinyclip.data.index.IndexedSample;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardStamp;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one tar holds: its samples in the order of their first members, whole or not. */
final class Shard {
    /** Most bytes of a picture's file. */
    static final int MOST_PICTURE = 1 << 28;

    /** To be raised whenever the same tar would give other samples: indexes made before are made again then. */
    private static final String RULES = "2";

    /** A picture's place in its tar, and its captions; either may be missing. */
    static final class Entry {
        private final String key;
        private long offset;
        private int length;
        private byte[] checksum = new byte[0];
        private boolean readable;
        private boolean second;
        private Optional<List<String>> text = Optional.empty();
        private Captions.Json json = Captions.Json.NONE;

        private Entry(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        long offset() {
            return offset;
        }

        int length() {
            return length;
        }

        boolean hasPicture() {
            return length > 0;
        }

        boolean isReadable() {
            return readable;
        }

        List<String> captions() {
            return json.or(text.orElse(List.of()));
        }

        private IndexedSample indexed() {
            return new IndexedSample(key, offset, length, checksum, captions());
        }
    }

    private final String location;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, SampleName> strays = new LinkedHashMap<>();
    private final Leftovers leftovers = new Leftovers();
    private final Captions captions;
    private final boolean labels;

    private Shard(String location, Reading reading) {
        this.location = location;
        this.captions = new Captions(reading, leftovers);
        this.labels = reading.labels();
    }

    /** Another text where the same tar would give other samples. */
    static String rules(Reading reading) {
        return RULES + ", " + reading.rules();
    }

    /**
     * Reads a tar from its first to its last byte.
     *
     * @throws InvalidInputException if it is damaged, or changes meanwhile
     */
    static ShardIndex index(Blob blob, Reading reading) throws IOException {
        ShardStamp before = ShardStamp.of(blob, rules(reading));
        Shard shard = scan(blob, reading);
        IndexBuilder builder = new IndexBuilder(blob.location());
        for (Entry entry : shard.entries.values()) {
            if (accepts(entry, shard.leftovers, reading)) {
                builder.add(entry.indexed());
            }
        }
        if (!ShardStamp.of(blob, rules(reading)).equals(before)) {
            throw new InvalidInputException(
                    "tar [" + blob.location() + "] changed while it was read; start again when it is whole");
        }
        return builder.build(before, shard.leftovers.remarks());
    }

    /** Reads all members of a tar. */
    static Shard scan(Blob blob, Reading reading) throws IOException {
        Shard shard = new Shard(blob.location(), reading);
        try (TarReader tar = new TarReader(blob)) {
            for (Optional<TarReader.Member> member = tar.next(); member.isPresent(); member = tar.next()) {
                shard.add(tar, member.get());
            }
            shard.leftovers.add(tar.leftovers());
        }
        shard.countStrays();
        return shard;
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    /** What of the tar is in no entry, or in no entry as it is. */
    Leftovers leftovers() {
        return leftovers;
    }

    /** Whether an entry is a pair; counts it if not. */
    static boolean accepts(Entry entry, Leftovers leftovers, Reading reading) {
        if (!entry.hasPicture()) {
            leftovers.count(Leftovers.Reason.WITHOUT_PICTURE, entry.key());
        } else if (!entry.isReadable()) {
            leftovers.count(Leftovers.Reason.UNREADABLE, entry.key());
        } else if (entry.captions().isEmpty()) {
            leftovers.count(
                    reading.labels() ? Leftovers.Reason.WITHOUT_LABEL : Leftovers.Reason.WITHOUT_CAPTION, entry.key());
        } else {
            return true;
        }
        return false;
    }

    private void add(TarReader tar, TarReader.Member member) throws IOException {
        Optional<SampleName> parts = SampleName.of(member.name());
        if (parts.isEmpty()) {
            if (!SampleName.isHidden(member.name())) {
                leftovers.count(Leftovers.Reason.STRAY, member.name());
            }
            return;
        }
        SampleName name = parts.get();
        if (labels && name.isText()) {
            return;
        }
        if (labels && name.isLabel()) {
            addText(tar, member, entry(name.key()));
            return;
        }
        switch (name.kind()) {
            case PICTURE, SECOND_PICTURE -> addPicture(tar, member, name);
            case TEXT -> addText(tar, member, entry(name.key()));
            case JSON -> addJson(tar, member, entry(name.key()));
            case FIELD -> {}
            case UNKNOWN -> strays.put(member.name(), name);
        }
    }

    private Entry entry(String key) {
        return entries.computeIfAbsent(key, Entry::new);
    }

    private void addPicture(TarReader tar, TarReader.Member member, SampleName name) throws IOException {
        Entry entry = entry(name.key());
        boolean second = name.kind() == SampleName.Kind.SECOND_PICTURE;
        if (second && entry.hasPicture() && !entry.second) {
            return;
        }
        refuseSecond(entry.hasPicture() && entry.second == second, member);
        entry.second = second;
        entry.offset = member.offset();
        entry.length = (int) Math.min(member.length(), MOST_PICTURE);
        entry.readable = false;
        if (member.length() > MOST_PICTURE) {
            leftovers.count(Leftovers.Reason.OVERLONG, member.name());
            return;
        }
        byte[] picture = tar.read(member.offset(), entry.length);
        entry.checksum = Sha256.digest().digest(picture);
        entry.readable = ImageDecoder.format(Arrays.copyOf(picture, Math.min(ImageDecoder.MAGIC, entry.length)))
                .isPresent();
    }

    private void addText(TarReader tar, TarReader.Member member, Entry entry) throws IOException {
        refuseSecond(entry.text.isPresent(), member);
        entry.text = read(tar, member).map(bytes -> captions.ofText(bytes, member.name()));
    }

    private void addJson(TarReader tar, TarReader.Member member, Entry entry) throws IOException {
        entry.json = read(tar, member)
                .map(bytes -> captions.ofJson(bytes, member.name()))
                .orElse(Captions.Json.NONE);
    }

    private Optional<byte[]> read(TarReader tar, TarReader.Member member) throws IOException {
        if (member.length() > Captions.MOST_BYTES) {
            leftovers.count(Leftovers.Reason.OVERLONG, member.name());
            return Optional.empty();
        }
        return Optional.of(tar.read(member.offset(), (int) member.length()));
    }

    /** A member of an unknown ending is another program's business if its sample is known, and a name misread if not. */
    private void countStrays() {
        strays.forEach((member, name) -> {
            if (!entries.containsKey(name.key())) {
                leftovers.count(Leftovers.Reason.STRAY, member);
            }
        });
    }

    private void refuseSecond(boolean second, TarReader.Member member) {
        if (second) {
            throw new InvalidInputException("member [" + member.name() + "] at byte " + member.offset() + " of tar ["
                    + location + "] gives its sample a second picture or text; give each sample a key of its own");
        }
    }
}
