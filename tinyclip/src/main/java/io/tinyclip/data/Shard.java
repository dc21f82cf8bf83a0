package io.tinyclip.data;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.tinyclip.image.ImageDecoder;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Blob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What one tar holds: its samples in the order of their first members, whole or not. */
final class Shard {
    /** Most bytes of a text member. */
    static final int MOST_TEXT = 1 << 20;
    /** Most bytes of a picture's file. */
    static final int MOST_PICTURE = 1 << 28;

    /** Key, then all behind the first dot of the file's name; hidden files have no key. */
    private static final Pattern NAME = Pattern.compile("((?:.*/)?[^./]+)\\.([^/]*)");

    private static final String CAPTIONS = "captions";
    private static final Set<String> PICTURES = Set.of("jpg", "jpeg", "png", "webp");

    /** A picture's place in its tar, and its captions; either may be missing. */
    static final class Entry {
        private final String key;
        private long offset;
        private int length;
        private boolean readable;
        private Optional<String> text = Optional.empty();
        private List<String> captions = List.of();

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

        /** Captions of the json member, else the text member, else none. */
        List<String> captions() {
            return captions.isEmpty() ? text.map(List::of).orElse(List.of()) : captions;
        }
    }

    private final String path;
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long size;

    private Shard(String path) {
        this.path = path;
    }

    /** Reads the headers and short texts of a tar. */
    static Shard scan(Blob blob) throws IOException {
        Shard shard = new Shard(blob.location());
        try (TarReader tar = new TarReader(blob)) {
            shard.size = tar.size();
            for (Optional<TarReader.Member> member = tar.next(); member.isPresent(); member = tar.next()) {
                shard.add(tar, member.get());
            }
        }
        return shard;
    }

    /** Bytes of the tar. */
    long size() {
        return size;
    }

    List<Entry> entries() {
        return new ArrayList<>(entries.values());
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
        byte[] magic = tar.read(member.offset(), Math.min(ImageDecoder.MAGIC, entry.length));
        entry.readable = ImageDecoder.format(magic)
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
