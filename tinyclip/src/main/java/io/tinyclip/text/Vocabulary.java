package io.tinyclip.text;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A tokenizer as texts, as other libraries' files hold it.
 *
 * @param tokens all tokens by id
 * @param merges in the order of their precedence, each as two tokens with a space between
 */
public record Vocabulary(List<String> tokens, List<String> merges) {
    /** The token before every text. */
    public static final String START = "<|startoftext|>";
    /** The token after every text. */
    public static final String END = "<|endoftext|>";

    private static final int FIRST_HIDDEN = 256;

    public Vocabulary {
        tokens = List.copyOf(tokens);
        merges = List.copyOf(merges);
    }

    /** CLIP's, read anew: bytes inside a word, bytes at a word's end, merges, start and end. */
    public static Vocabulary clip() {
        List<String> merges = Merges.lines();
        List<String> letters = letters();
        List<String> tokens = new ArrayList<>(letters);
        letters.forEach(letter -> tokens.add(letter + Merges.WORD_END));
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.add(START);
        tokens.add(END);
        return new Vocabulary(tokens, merges);
    }

    /**
     * CLIP's with some of its tokens, numbered anew in their order; start and end stay the last.
     *
     * @param kept ids, as {@link Tokenizer#closed} gives them
     */
    public static Vocabulary clip(BitSet kept) {
        Vocabulary all = clip();
        List<String> tokens = kept.stream().mapToObj(all.tokens::get).toList();
        List<String> merges = kept.stream()
                .filter(id -> id >= Merges.FIRST_MERGE && id < Tokenizer.START)
                .mapToObj(id -> all.merges.get(id - Merges.FIRST_MERGE))
                .toList();
        return new Vocabulary(tokens, merges);
    }

    /** A visible letter for each byte: those that are visible first, then the others. */
    private static List<String> letters() {
        List<String> letters = new ArrayList<>();
        List<String> hidden = new ArrayList<>();
        for (int value = 0; value < Merges.BYTES; value++) {
            if (Merges.visible(value)) {
                letters.add(String.valueOf((char) value));
            } else {
                hidden.add(String.valueOf((char) (FIRST_HIDDEN + hidden.size())));
            }
        }
        letters.addAll(hidden);
        return letters;
    }
}
