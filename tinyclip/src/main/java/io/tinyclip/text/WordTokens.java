package io.tinyclip.text;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The tokens of words, those of short ones kept: captions are made of few. Safe for several threads. */
final class WordTokens {
    /** Some ten megabytes, in all. */
    private static final int MOST_WORDS = 1 << 16;

    private static final int LONGEST_WORD = 24;

    private final Merges merges;
    private final Map<String, int[]> known = new ConcurrentHashMap<>();

    WordTokens(Merges merges) {
        this.merges = merges;
    }

    /** @return ids that nobody may change */
    int[] of(String word) {
        int[] found = known.get(word);
        if (found != null) {
            return found;
        }
        int[] made = merges.split(word.getBytes(StandardCharsets.UTF_8));
        if (word.length() <= LONGEST_WORD && known.size() < MOST_WORDS) {
            known.put(word, made);
        }
        return made;
    }

    /** Words whose tokens are known. */
    int kept() {
        return known.size();
    }
}
