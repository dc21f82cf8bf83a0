package io.tinyclip.compute;

import io.tinyclip.model.TokenRows;
import java.util.List;

/**
 * Tokenized texts, padded to a common length.
 *
 * <p>The length is that of the longest text, rounded up: tokens after the end token change nothing in a causal tower, so a
 * batch of short captions need not pay for the whole context.
 *
 * @param length L
 * @param rows (B, L) rows of the token table, padded with row 0
 * @param ends (B) place of each end token
 */
record TextBatch(int length, long[] rows, long[] ends) {
    private static final int LENGTH_UNIT = 4;

    /**
     * @param texts for messages
     * @param ids of each
     */
    static TextBatch of(List<String> texts, List<int[]> ids, int contextLength, TokenRows table) {
        int longest = ids.stream().mapToInt(text -> text.length).max().orElse(1);
        int length = Math.min(contextLength, (longest + LENGTH_UNIT - 1) / LENGTH_UNIT * LENGTH_UNIT);
        long[] rows = new long[ids.size() * length];
        long[] ends = new long[ids.size()];
        for (int i = 0; i < ids.size(); i++) {
            int[] text = ids.get(i);
            for (int j = 0; j < text.length; j++) {
                rows[i * length + j] = row(table, text[j], texts.get(i));
            }
            ends[i] = text.length - 1L;
        }
        return new TextBatch(length, rows, ends);
    }

    private static int row(TokenRows table, int token, String text) {
        int row = table.row(token);
        if (row < 0) {
            throw new IllegalStateException("token [" + token + "] of [" + text + "] is not in the token table");
        }
        return row;
    }
}
