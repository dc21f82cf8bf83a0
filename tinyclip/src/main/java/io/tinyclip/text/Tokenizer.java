package io.tinyclip.text;

import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Optional;

/**
 * CLIP's byte-pair tokenizer with OpenAI's vocabulary, after OpenCLIP's {@code SimpleTokenizer}: the same ids for the same
 * text, broken ones included (see {@link io.tinyclip.text.repair.TextRepair}). OpenCLIP is followed because the TinyCLIP
 * models were trained with it. Letters and numbers are those of regex 2026.11.15 and lower case is Python 3.11's, on every
 * JDK; only composition is the JDK's, so that JDK 17 does not reorder the marks that Unicode 14 added. The one wanted
 * difference bounds the time that a hostile text takes: only the first 10,000 characters are looked at, and long texts that
 * are escaped or broken many times over are not mended to the end.
 *
 * <p>Others differ from OpenCLIP, and from each other, in rare texts. Hugging Face's {@code CLIPTokenizer} does not
 * replace entities of HTML twice. Its {@code CLIPTokenizerFast} replaces none, mends nothing, so that curly quotes, wide
 * letters and text from a wrong code page stay, and knows no final sigma. Both, and OpenAI's, know the special tokens by
 * the names {@code <|startoftext|>} and {@code <|endoftext|>} where OpenCLIP has {@code <start_of_text>} and
 * {@code <end_of_text>}; either is plain text to the other.
 */
public final class Tokenizer {
    /** Id of the token before every text. */
    public static final int START = 49406;
    /** Id of the token after every text; the text tower reads its embedding there. */
    public static final int END = 49407;

    static final String START_TEXT = "<start_of_text>";
    static final String END_TEXT = "<end_of_text>";
    private final WordTokens words;
    private final Merges merges;

    private Tokenizer(Merges merges) {
        this.merges = merges;
        this.words = new WordTokens(merges);
    }

    /** Tokens that exist. */
    public static final int VOCABULARY = END + 1;

    /** The tokenizer of all CLIP models, loaded once. It may be used by several threads at once. */
    public static Tokenizer clip() {
        return Loaded.CLIP;
    }

    /**
     * Refuses a model that was made for another tokenizer.
     *
     * @param vocabulary rows of the model's token table
     * @throws InvalidInputException if they are not as many as this tokenizer's tokens
     */
    public static void requireVocabulary(int vocabulary) {
        if (vocabulary != VOCABULARY) {
            throw new InvalidInputException("the model's vocabulary [" + vocabulary + "] must be " + VOCABULARY
                    + ", that of CLIP's tokenizer; only models with it can take texts");
        }
    }

    /**
     * The fewest tokens with which a text of these can be cut up as before, and any other text somehow: these, what they were merged
     * from, all single bytes, start and end.
     */
    public static BitSet closed(BitSet tokens) {
        BitSet closed = (BitSet) tokens.clone();
        clip().merges.close(closed);
        closed.set(START, END + 1);
        return closed;
    }

    /**
     * A tokenizer that knows some tokens only; their ids stay. A text whose tokens are all among them has the same ones: each of its
     * merges is known, and it comes in the same order. Other texts have shorter tokens.
     *
     * @param kept as {@link #closed} gives them
     */
    public Tokenizer within(BitSet kept) {
        return new Tokenizer(merges.within(kept));
    }

    /** Ids are 0 to this minus 1. */
    public int vocabulary() {
        return END + 1;
    }

    /**
     * The ids of a text between {@link #START} and {@link #END}, not padded. What is too long is cut off, and the end
     * token still comes last.
     *
     * @param text entities of HTML, case and spacing do not matter
     * @param contextLength L, most ids returned, at least 2
     */
    public int[] encode(String text, int contextLength) {
        if (contextLength < 2) {
            throw new IllegalArgumentException(
                    "context length [" + contextLength + "] leaves no room for start and end");
        }
        IdList ids = new IdList(contextLength - 1);
        ids.add(START);
        Words read = new Words(Cleaning.clean(text));
        for (Optional<String> word = read.next(); !ids.full() && word.isPresent(); word = read.next()) {
            addWord(word.get(), ids);
        }
        return ids.closedBy(END);
    }

    /**
     * The text of some ids in lower case, one space after each word's end; start and end tokens are left out.
     *
     * @throws IllegalArgumentException if an id lies outside the vocabulary
     */
    public String decode(int[] ids) {
        ByteArrayOutputStream utf8 = new ByteArrayOutputStream();
        for (int id : ids) {
            if (id < 0 || id > END) {
                throw new IllegalArgumentException("token [" + id + "] lies outside 0 to " + END);
            }
            if (id != START && id != END) {
                utf8.writeBytes(merges.utf8(id));
            }
        }
        return utf8.toString(StandardCharsets.UTF_8).strip();
    }

    private void addWord(String word, IdList ids) {
        if (word.equals(START_TEXT)) {
            ids.add(START);
        } else if (word.equals(END_TEXT)) {
            ids.add(END);
        } else {
            for (int id : words.of(word)) {
                ids.add(id);
            }
        }
    }

    /** Defers reading the vocabulary to the first use. */
    private static final class Loaded {
        private static final Tokenizer CLIP = new Tokenizer(Merges.load());
    }
}
