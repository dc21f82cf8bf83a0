package io.tinyclip.text;

import io.tinyclip.resource.Resource;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The table of byte pairs. Ids: 256 bytes inside a word, the same 256 at a word's end, then one id for each merge in
 * the order in which merges were learned, which is also their precedence.
 *
 * <p>The file writes a byte as a visible letter: printable Latin-1 stands for itself, the others are U+0100 onward in
 * their order. A byte's id is its place in that alphabet, not its value.
 */
final class Merges {
    private static final String FILE = "bpe-merges.txt.gz";
    static final int BYTES = 256;
    static final int FIRST_MERGE = 2 * BYTES;
    static final String WORD_END = "</w>";
    /** Later than any merge. */
    static final int NONE = Integer.MAX_VALUE;

    /** Id of each byte inside a word. */
    private final int[] idOfByte = new int[BYTES];

    /** UTF-8 of each id, with a space where the id ends a word. */
    private final byte[][] utf8 = new byte[Tokenizer.START][];

    /** {@code first << 32 | second} to the id of both in one. */
    private final Map<Long, Integer> merged = new HashMap<>();

    /** The pair of each id that is a merge. */
    private final long[] pairs = new long[Tokenizer.START];

    private Merges() {}

    static Merges load() {
        Merges merges = new Merges();
        Map<String, Integer> idOfLetters = merges.alphabet();
        int id = FIRST_MERGE;
        for (String line : lines()) {
            String[] pair = line.split(" ");
            merges.add(id, known(idOfLetters, pair[0]), known(idOfLetters, pair[1]));
            idOfLetters.put(pair[0] + pair[1], id);
            id++;
        }
        return merges;
    }

    /** The merges that have ids, in the order of these: two tokens a line, with a space between. */
    static List<String> lines() {
        List<String> lines = Resource.lines(Merges.class, FILE, 1 + Tokenizer.START - FIRST_MERGE);
        return lines.subList(1, lines.size()); // without the version
    }

    byte[] utf8(int id) {
        return utf8[id];
    }

    /** The ids of one word, given in UTF-8 and not empty. */
    int[] split(byte[] word) {
        return new Symbols(bytes(word), this).joined();
    }

    /** The ids of the single bytes of a word, before any merge. */
    int[] bytes(byte[] word) {
        int[] ids = new int[word.length];
        for (int i = 0; i < word.length; i++) {
            ids[i] = idOfByte[word[i] & 0xff];
        }
        ids[word.length - 1] += BYTES;
        return ids;
    }

    /** The id of two neighbours in one, {@link #NONE} where they were never merged. */
    int merge(int first, int second) {
        return merged.getOrDefault(pair(first, second), NONE);
    }

    /** The same merges but for those whose ids are not kept. */
    Merges within(BitSet kept) {
        Merges fewer = new Merges();
        System.arraycopy(idOfByte, 0, fewer.idOfByte, 0, idOfByte.length);
        System.arraycopy(utf8, 0, fewer.utf8, 0, utf8.length);
        merged.forEach((pair, id) -> {
            if (kept.get(id)) {
                fewer.merged.put(pair, id);
                fewer.pairs[id] = pair;
            }
        });
        return fewer;
    }

    /** Adds the ids that a merge is made of, down to all single bytes. */
    void close(BitSet ids) {
        for (int id = ids.length() - 1; id >= FIRST_MERGE; id--) {
            if (id < Tokenizer.START && ids.get(id)) {
                ids.set((int) (pairs[id] >> Integer.SIZE));
                ids.set((int) pairs[id]);
            }
        }
        ids.set(0, FIRST_MERGE);
    }

    private void add(int id, int first, int second) {
        merged.put(pair(first, second), id);
        pairs[id] = pair(first, second);
        byte[] joined = Arrays.copyOf(utf8[first], utf8[first].length + utf8[second].length);
        System.arraycopy(utf8[second], 0, joined, utf8[first].length, utf8[second].length);
        utf8[id] = joined;
    }

    private static long pair(int first, int second) {
        return ((long) first << Integer.SIZE) | second;
    }

    /** Fills the ids of single bytes and returns them by the letters of the file. */
    private Map<String, Integer> alphabet() {
        Map<String, Integer> idOfLetters = new HashMap<>();
        int next = 0;
        for (int value = 0; value < BYTES; value++) {
            if (visible(value)) {
                addByte(value, next++, (char) value, idOfLetters);
            }
        }
        for (int value = 0, hidden = 0; value < BYTES; value++) {
            if (!visible(value)) {
                addByte(value, next++, (char) (BYTES + hidden++), idOfLetters);
            }
        }
        return idOfLetters;
    }

    private void addByte(int value, int id, char letter, Map<String, Integer> idOfLetters) {
        idOfByte[value] = id;
        utf8[id] = new byte[] {(byte) value};
        utf8[id + BYTES] = new byte[] {(byte) value, ' '};
        idOfLetters.put(String.valueOf(letter), id);
        idOfLetters.put(letter + WORD_END, id + BYTES);
    }

    /** Whether the file writes a byte as itself. */
    static boolean visible(int value) {
        return (value >= '!' && value <= '~') || (value >= 0xa1 && value <= 0xff && value != 0xad);
    }

    private static int known(Map<String, Integer> idOfLetters, String letters) {
        return Objects.requireNonNull(idOfLetters.get(letters), () -> "[" + letters + "] comes before its parts");
    }
}
