package io.tinyclip.cluster.input;

import io.tinyclip.data.Dataset;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.hash.Sha256;
import io.tinyclip.text.Tokenizer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokens that texts of a dataset hold. Where there are many pairs, all texts are read and cut into tokens once, and what
 * was found is kept in the cache folder under the content's hash: the next start reads no text.
 */
final class OccurringTokens {
    private static final Logger LOG = LoggerFactory.getLogger(OccurringTokens.class);

    /** Pairs whose texts take about a second. */
    private static final int MANY = 100_000;
    /** Texts cut into tokens at a time, on all processors. */
    private static final int AT_ONCE = 1 << 14;
    /** If these have other tokens, the tokenizer is another one: letters, digits, marks, entities, broken and wide ones. */
    private static final String SPECIMEN =
            "A photo of the 3 \u00c9toiles&amp;co. \u2019n\u00c3\u00a9e\u2019 \uff21\uff22 \u3042 \ud83d\ude00";

    private final Path folder;
    private final int many;

    OccurringTokens(Path cache) {
        this(cache, MANY);
    }

    /** @param many pairs from which on the tokens are kept */
    OccurringTokens(Path cache, int many) {
        this.folder = cache.resolve("tokens");
        this.many = many;
    }

    /** @param contextLength L; tokens behind it do not count */
    BitSet of(Dataset data, int contextLength) {
        if (data.size() < many) {
            return found(data, contextLength);
        }
        String name = "tokens 1\n" + data.contentHash() + "\n"
                + Arrays.toString(Tokenizer.clip().encode(SPECIMEN, Byte.MAX_VALUE)) + "\n" + contextLength;
        Path file = folder.resolve(Sha256.hex(name.getBytes(StandardCharsets.UTF_8)));
        Optional<BitSet> kept = read(file);
        if (kept.isPresent()) {
            return kept.get();
        }
        LOG.info("looking for the tokens that [{}] pairs hold (once)", data.size());
        BitSet tokens = found(data, contextLength);
        try {
            write(file, tokens);
        } catch (UncheckedIOException e) {
            LOG.warn(
                    "the tokens that the pairs hold are not kept, and the next start looks for them again: {}",
                    e.getMessage());
        }
        return tokens;
    }

    private static BitSet found(Dataset data, int contextLength) {
        BitSet tokens = new BitSet(Tokenizer.VOCABULARY);
        List<String> texts = new ArrayList<>(AT_ONCE);
        data.forEachText(text -> {
            texts.add(text);
            if (texts.size() == AT_ONCE) {
                tokens.or(tokens(texts, contextLength));
                texts.clear();
            }
        });
        tokens.or(tokens(texts, contextLength));
        return tokens;
    }

    private static BitSet tokens(List<String> texts, int contextLength) {
        return texts.parallelStream()
                .map(text -> Tokenizer.clip().encode(text, contextLength))
                .collect(BitSet::new, (tokens, ids) -> Arrays.stream(ids).forEach(tokens::set), BitSet::or);
    }

    private static Optional<BitSet> read(Path file) {
        if (Files.notExists(file)) {
            return Optional.empty();
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            int end = Math.max(0, bytes.length - Sha256.BYTES);
            byte[] set = Arrays.copyOf(bytes, end);
            if (Arrays.equals(Sha256.digest().digest(set), Arrays.copyOfRange(bytes, end, bytes.length))) {
                return Optional.of(BitSet.valueOf(set));
            }
            LOG.warn("[{}] is damaged; tokens are looked for again", file);
        } catch (IOException e) {
            LOG.warn("[{}] cannot be read ({}); tokens are looked for again", file, e.toString());
        }
        return Optional.empty();
    }

    private static void write(Path file, BitSet tokens) {
        byte[] set = tokens.toByteArray();
        AtomicFile.write(file, channel -> {
            AtomicFile.writeFully(channel, ByteBuffer.wrap(set));
            AtomicFile.writeFully(channel, ByteBuffer.wrap(Sha256.digest().digest(set)));
        });
    }
}
