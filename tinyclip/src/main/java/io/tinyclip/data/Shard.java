package io.tinyclip.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.data.index.IndexBuilder;
import io.tinyclip.data.index.IndexedSample;
import io.tinyclip.data.index.ShardIndex;
import io.tinyclip.data.index.ShardStamp;
import io.tinyclip.hash.Sha256;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Makes the index of one tar: its samples in the order of their first members. */
final class Shard {
    /** Most bytes of a text member. */
    static final int MOST_TEXT = 1 << 20;
    /** Most bytes of a picture's file. */
    static final int MOST_PICTURE = 1 << 28;

    /** To be raised whenever the same tar would give other samples: indexes made before are made again then. */
    static final String RULES = "1";

    /** Key, then all behind the first dot of the file's name; hidden files have no key. */
    private static final Pattern NAME = Pattern.compile("((?:.*/)?[^./]+)\\.([^/]*)");

    private static final String CAPTIONS = "captions";
    private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "webp");

    /** A picture's place in its tar, and its captions; either may be missing. */
    static final class Entry {
        private final String key;
        private long offset;
        private int length;
        private byte[] checksum = new byte[0];
        private boolean readable;
        private Optional<String> text = Optional.empty();
        private List<String> captions = List.of();

        private Entry(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        boolean hasPicture() {
            return length > 0;
        }

        boolean isReadable() {
            return readable;
        }

        /** Captions of the json member, else the text member, else none. */
        List<String> captions() {
            return captions.isEmpty() ? text.map(List::of).orElse(List.of()) : captions;
        }

        private IndexedSample indexed() {
            return new IndexedSample(key, offset, length, checksum, captions());
        }
    }

    private final String path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    private Shard(String path) {
        this.path = path;
    }

    /**
     * Reads a tar from its first to its last byte.
     *
     * @throws InvalidInputException if it is damaged, or changes meanwhile
     */
    static ShardIndex index(Blob blob) throws IOException {
        ShardStamp before = ShardStamp.of(blob, RULES);
        Shard shard = scan(blob);
        Shortfall shortfall = new Shortfall();
        IndexBuilder builder = new IndexBuilder(blob.location());
        for (Entry entry : shard.entries.values()) {
            if (shortfall.accepts(entry)) {
                builder.add(entry.indexed());
            }
        }
        if (!ShardStamp.of(blob, RULES).equals(before)) {
            throw new InvalidInputException(
                    "tar [" + blob.location() + "] changed while it was read; start again when it is whole");
        }
        return builder.build(before, shortfall.remarks());
    }

    private static Shard scan(Blob blob) throws IOException {
        Shard shard = new Shard(blob.location());
        try (TarReader tar = new TarReader(blob)) {
            for (Optional<TarReader.Member> member = tar.next(); member.isPresent(); member = tar.next()) {
                shard.add(tar, member.get());
            }
        }
        return shard;
    }

    private void add(TarReader tar, TarReader.Member member) throws IOException {
        Matcher name = NAME.matcher(member.name());
        if (!name.matches()) {
            return;
        }
        String extension = name.group(2).toLowerCase(Locale.ROOT);
        if (PICTURES.contains(extension)) {
            addPicture(tar, member, entry(name.group(1)));
        } else if (extension.equals("txt")) {
            Entry entry = entry(name.group(1));
            refuseSecond(entry.text.isPresent(), member);
            entry.text = Optional.of(text(tar, member).strip()).filter(text -> !text.isEmpty());
        } else if (extension.equals("json")) {
            entry(name.group(1)).captions = captions(text(tar, member), member);
        }
    }

    private Entry entry(String key) {
        return entries.computeIfAbsent(key, Entry::new);
    }

    private void addPicture(TarReader tar, TarReader.Member member, Entry entry) throws IOException {
        refuseSecond(entry.hasPicture(), member);
        if (member.length() > MOST_PICTURE) {
            throw tooLong(member, MOST_PICTURE);
        }
        entry.offset = member.offset();
        entry.length = (int) member.length();
        byte[] picture = tar.read(member.offset(), entry.length);
        entry.checksum = Sha256.digest().digest(picture);
        entry.readable = ImageDecoder.format(Arrays.copyOf(picture, Math.min(ImageDecoder.MAGIC, entry.length)))
                .filter(format -> !format.equals("webp"))
                .isPresent();
    }

    private String text(TarReader tar, TarReader.Member member) throws IOException {
        if (member.length() > MOST_TEXT) {
            throw tooLong(member, MOST_TEXT);
        }
        return new String(tar.read(member.offset(), (int) member.length()), StandardCharsets.UTF_8);
    }

    private List<String> captions(String json, TarReader.Member member) {
        List<String> captions = new ArrayList<>();
        try {
            JsonElement root = JsonParser.parseString(json);
            if (root.isJsonObject() && root.getAsJsonObject().has(CAPTIONS)) {
                JsonArray list = root.getAsJsonObject().get(CAPTIONS).getAsJsonArray();
                list.forEach(caption -> captions.add(caption.getAsString().strip()));
            }
        } catch (JsonParseException | UnsupportedOperationException | IllegalStateException e) {
            throw new InvalidInputException(
                    "member [" + member.name() + "] of tar [" + path
                            + "] is damaged, or its captions are not a list of texts; correct it",
                    e);
        }
        captions.removeIf(String::isEmpty);
        return List.copyOf(captions);
    }

    private void refuseSecond(boolean second, TarReader.Member member) {
        if (second) {
            throw new InvalidInputException("member [" + member.name() + "] at byte " + member.offset() + " of tar ["
                    + path + "] gives its sample a second picture or text; give each sample a key of its own");
        }
    }

    private InvalidInputException tooLong(TarReader.Member member, int bound) {
        return new InvalidInputException("member [" + member.name() + "] of tar [" + path + "] has " + member.length()
                + " bytes, at most " + bound + " are read; leave it out");
    }
}
