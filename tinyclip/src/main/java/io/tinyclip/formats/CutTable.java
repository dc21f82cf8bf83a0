package io.tinyclip.formats;

import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import io.tinyclip.files.Model;
import io.tinyclip.files.StrictJson;
import io.tinyclip.model.FloatVector;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.text.Tokenizer;
import io.tinyclip.text.Vocabulary;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model with fewer rows in its token table. Tokens are numbered anew in their order, so that start and end stay the last two; the
 * tokenizer's files beside an export say which they are, and are read again from there.
 */
public final class CutTable {
    private CutTable() {}

    /**
     * The model with the rows that some texts use, those of tokens that these are merged from, all single bytes, start and end. A
     * text of kept tokens alone is embedded as before; any other one is cut up into shorter tokens.
     *
     * @param model with the full table of CLIP's tokenizer
     * @param occurring tokens of the texts
     */
    public static Model of(Model model, BitSet occurring) {
        Tokenizer.requireVocabulary(model.shape().text().vocabulary());
        TokenRows rows = TokenRows.of(Tokenizer.closed(occurring), Tokenizer.VOCABULARY);
        ModelShape shape = withRows(model.shape(), rows.rows());
        Layout compact = Layout.of(model.shape(), rows.rows(), false, false);
        FloatVector vector = rows.compact(model.layout(), model.vector(), compact);
        return Model.of(shape, vector, model.preprocessing(), model.provenance())
                .withCut(Optional.of(rows));
    }

    private static ModelShape withRows(ModelShape shape, int rows) {
        TextTower text = shape.text();
        return new ModelShape(
                shape.embedding(),
                shape.activation(),
                shape.image(),
                new TextTower(
                        text.contextLength(), rows, text.width(), text.headWidth(), text.layers(), text.tokenRank()));
    }

    /** The tokenizer of a model as texts; none for a vocabulary that is neither CLIP's nor cut from it. */
    static Optional<Vocabulary> vocabulary(Model model) {
        return model.cut()
                .map(rows -> Vocabulary.clip(rows.tokens()))
                .or(() -> model.shape().text().vocabulary() == Tokenizer.VOCABULARY
                        ? Optional.of(Vocabulary.clip())
                        : Optional.empty());
    }

    /**
     * Which tokens a model's table was cut to, by the tokenizer's files beside its config.
     *
     * @return none if it has CLIP's full vocabulary, or one that was not cut from it
     * @throws io.tinyclip.model.InvalidInputException if the files contradict one another, or CLIP's own
     */
    static Optional<TokenRows> beside(Path config, TextTower text) {
        TokenizerFiles.requireClips(config, text);
        Path folder = config.resolveSibling("");
        Path file = folder.resolve(TokenizerFiles.VOCABULARY);
        if (text.vocabulary() == Tokenizer.VOCABULARY || !Files.isRegularFile(file)) {
            return Optional.empty();
        }
        Optional<BitSet> kept = kept(StrictJson.read(file), text.vocabulary());
        kept.ifPresent(tokens -> TokenizerFiles.require(folder, Vocabulary.clip(tokens)));
        return kept.map(tokens -> TokenRows.of(tokens, Tokenizer.VOCABULARY));
    }

    /** CLIP's ids of a vocabulary, if it has CLIP's tokens in CLIP's order, and all that these are merged from. */
    private static Optional<BitSet> kept(JsonObject vocabulary, int rows) {
        Map<String, Integer> ids = new HashMap<>();
        List<String> all = Vocabulary.clip().tokens();
        all.forEach(token -> ids.put(token, ids.size()));
        BitSet kept = new BitSet(Tokenizer.VOCABULARY);
        for (String token : vocabulary.keySet()) {
            if (!ids.containsKey(token)) {
                return Optional.empty();
            }
            kept.set(ids.get(token));
        }
        int[] row = {0};
        boolean ordered = kept.stream().allMatch(id -> new JsonPrimitive(row[0]++).equals(vocabulary.get(all.get(id))));
        return ordered && kept.cardinality() == rows && kept.equals(Tokenizer.closed(kept))
                ? Optional.of(kept)
                : Optional.empty();
    }
}
