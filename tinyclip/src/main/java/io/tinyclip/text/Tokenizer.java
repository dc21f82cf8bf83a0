package io.tinyclip.text;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CLIP's byte-pair tokenizer with OpenAI's vocabulary: the same ids as OpenAI's and OpenCLIP's for the same text.
 *
 * <p>One thing differs: the reference first lets the Python library ftfy repair broken Unicode (text decoded with the
 * wrong character set, curly quotes, ligatures, characters of full width). There is no such library here, so texts
 * with such characters may get other ids; plain texts and well-formed ones in any script do not, save for letters that
 * came to Unicode after the running JDK.
 */
public final class Tokenizer {
    /** Id of the token before every text. */
    public static final int START = 49406;
    /** Id of the token after every text; the text tower reads its embedding there. */
    public static final int END = 49407;

    private static final String START_TEXT = "<|startoftext|>";
    private static final String END_TEXT = "<|endoftext|>";
    private static final Pattern WORD = Pattern.compile(
            Pattern.quote(START_TEXT) + "|" + Pattern.quote(END_TEXT)
                    + "|'s|'t|'re|'ve|'m|'ll|'d|\\p{L}+|\\p{N}|[^\\s\\p{L}\\p{N}]+",
            Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.UNICODE_CHARACTER_CLASS);

    private final Merges merges;

    private Tokenizer(Merges merges) {
        this.merges = merges;
    }

    /** The tokenizer of all CLIP models, loaded once. It may be used by several threads at once. */
    public static Tokenizer clip() {
        return Loaded.CLIP;
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
        Matcher word = WORD.matcher(Cleaning.clean(text));
        while (!ids.full() && word.find()) {
            addWord(word.group(), ids);
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
            for (int id : merges.split(word.getBytes(StandardCharsets.UTF_8))) {
                ids.add(id);
            }
        }
    }

    /** Defers reading the vocabulary to the first use. */
    private static final class Loaded {
        private static final Tokenizer CLIP = new Tokenizer(Merges.load());
    }
}
