package io.tinyclip.data;

import io.tinyclip.image.ImageDecoder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one tar holds: its samples in the order of their first members, whole or not. */
final class Shard {
    /** Most bytes of a picture's file. */
    static final int MOST_PICTURE = 1 << 28;

    /** A picture's place in its tar, and its captions; either may be missing. */
    static final class Entry {
        private final String key;
        private long offset;
        private int length;
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
    }

    private final String location;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private final Map<String, SampleName> strays = new LinkedHashMap<>();
    private final Leftovers leftovers = new Leftovers();
    private final Captions captions;
    private long size;

    private Shard(String location, Reading reading) {
        this.location = location;
        this.captions = new Captions(reading, leftovers);
    }

    /** Reads the headers and short texts of a tar. */
    static Shard scan(Blob blob, Reading reading) throws IOException {
        Shard shard = new Shard(blob.location(), reading);
        try (TarReader tar = new TarReader(blob)) {
            shard.size = tar.size();
            for (Optional<TarReader.Member> member = tar.next(); member.isPresent(); member = tar.next()) {
                shard.add(tar, member.get());
            }
            shard.leftovers.add(tar.leftovers());
        }
        shard.countStrays();
        return shard;
    }

    /** Bytes of the tar. */
    long size() {
        return size;
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
    }

    /** What of the tar is in no entry, or in no entry as it is. */
    Leftovers leftovers() {
        return leftovers;
    }

    /** Whether an entry is a pair; counts it if not. */
    static boolean accepts(Entry entry, Leftovers leftovers) {
        if (!entry.hasPicture()) {
            leftovers.count(Leftovers.Reason.WITHOUT_PICTURE, entry.key());
        } else if (!entry.isReadable()) {
            leftovers.count(Leftovers.Reason.UNREADABLE, entry.key());
        } else if (entry.captions().isEmpty()) {
            leftovers.count(Leftovers.Reason.WITHOUT_CAPTION, entry.key());
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
        entry.readable = member.length() <= MOST_PICTURE
                && ImageDecoder.format(tar.read(member.offset(), Math.min(ImageDecoder.MAGIC, entry.length)))
                        .isPresent();
        if (member.length() > MOST_PICTURE) {
            leftovers.count(Leftovers.Reason.OVERLONG, member.name());
        }
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
