package io.tinyclip.formats;

import com.google.gson.JsonPrimitive;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.text.Vocabulary;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/** What a file says of a tokenizer, beside what is expected; the first difference is refused. */
final class TokenizerComparison {
    private static final int MOST_LETTERS = 60;

    private final Path file;
    private final Vocabulary expected;
    private final Map<String, Integer> ids;
    private final BitSet found = new BitSet();
    private int merges;

    /** @param ids of the expected tokens */
    TokenizerComparison(Path file, Vocabulary expected, Map<String, Integer> ids) {
        this.file = file;
        this.expected = expected;
        this.ids = ids;
    }

    Path file() {
        return file;
    }

    int mergesExpected() {
        return expected.merges().size();
    }

    /** Takes a token and the digits of its id. */
    void token(String token, String id) {
        int right = ids.getOrDefault(token, -1);
        if (right < 0 || !id.equals(String.valueOf(right))) {
            throw different(
                    "token " + quoted(token) + " has the id [" + escaped(id) + "]",
                    right < 0 ? "no such token" : "[" + right + "]");
        }
        found.set(right);
    }

    /** Takes the next merge, two tokens with a space between. */
    void merge(String merge) {
        List<String> all = expected.merges();
        boolean more = merges < all.size();
        if (!more || !merge.equals(all.get(merges))) {
            throw different(
                    "merge " + merges + " is " + quoted(merge), more ? quoted(all.get(merges)) : "no more of them");
        }
        merges++;
    }

    void requireAllTokens() {
        int missing = found.nextClearBit(0);
        if (missing < expected.tokens().size()) {
            throw different(
                    "token " + quoted(expected.tokens().get(missing)) + " is not there", "it with the id " + missing);
        }
    }

    void requireAllMerges() {
        if (merges < mergesExpected()) {
            throw different("it has [" + merges + "] merges", String.valueOf(mergesExpected()));
        }
    }

    /** The refusal of the file; what was found in it has to be in one line. */
    InvalidInputException different(String what, String instead) {
        return new InvalidInputException("[" + file + "]: " + what + ", expected " + instead
                + "; only models of CLIP's tokenizer can be read: delete the file if the model was in fact trained with"
                + " CLIP's");
    }

    /** A text that a file has, in one line. */
    static String quoted(String text) {
        return new JsonPrimitive(shortened(text)).toString();
    }

    private static String escaped(String text) {
        String quoted = quoted(text);
        return quoted.substring(1, quoted.length() - 1);
    }

    /** The beginning of a text that is one line. */
    static String shortened(String text) {
        return text.length() <= MOST_LETTERS ? text : text.substring(0, MOST_LETTERS) + "...";
    }
}
