package io.tinyclip.model;

import io.tinyclip.hash.Sha256;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which rows of the token table are in the vector: those of the tokens that the training texts can hold. The others get
 * no gradient, so they stay with the teacher's table and cost neither traffic nor optimizer state.
 */
public final class TokenRows {
    /** The one tensor whose rows are chosen: (R, D), or (R, r) where the table is a product. */
    public static final String TABLE = "token_embedding.weight";

    /** What such a row is multiplied with: (r, D). */
    public static final String BASIS = "token_embedding.basis";

    private static final int ABSENT = -1;

    /** Whether a segment is the table, or what its rows are multiplied with. */
    public static boolean isTable(Segment segment) {
        return segment.name().equals(TABLE) || segment.name().equals(BASIS);
    }

    private final int[] tokens;
    private final int[] rows;

    private TokenRows(int[] tokens, int vocabulary) {
        this.tokens = tokens;
        this.rows = new int[vocabulary];
        Arrays.fill(rows, ABSENT);
        for (int row = 0; row < tokens.length; row++) {
            rows[tokens[row]] = row;
        }
    }

    /**
     * The rows of these tokens, in the order of the tokens.
     *
     * @param vocabulary rows of the full table; every token is below
     */
    public static TokenRows of(BitSet tokens, int vocabulary) {
        if (tokens.isEmpty() || tokens.length() > vocabulary) {
            throw new IllegalArgumentException("tokens [" + tokens.cardinality() + " up to " + (tokens.length() - 1)
                    + "] must be at least one, and below the vocabulary [" + vocabulary + "]");
        }
        return new TokenRows(tokens.stream().toArray(), vocabulary);
    }

    /** The full table. */
    public static TokenRows all(int vocabulary) {
        BitSet tokens = new BitSet(vocabulary);
        tokens.set(0, vocabulary);
        return of(tokens, vocabulary);
    }

    /** R, rows in the vector. */
    public int rows() {
        return tokens.length;
    }

    /** Rows of the full table. */
    public int vocabulary() {
        return rows.length;
    }

    /** The row of a token, or -1 where it is not in the vector. */
    public int row(int token) {
        return rows[token];
    }

    /** The token of a row. */
    public int token(int row) {
        return tokens[row];
    }

    /** The tokens that have a row. */
    public BitSet tokens() {
        BitSet set = new BitSet(vocabulary());
        Arrays.stream(tokens).forEach(set::set);
        return set;
    }

    /** SHA-256, in hex, over the vocabulary's size and the tokens. */
    public String hash() {
        ByteBuffer bytes = ByteBuffer.allocate((1 + tokens.length) * Integer.BYTES);
        bytes.putInt(vocabulary());
        bytes.asIntBuffer().put(tokens);
        return Sha256.hex(bytes.array());
    }

    /**
     * Gathers a vector with these token rows from one with the full table. Segments that only the compact layout has
     * (masks and multipliers) stay zero.
     *
     * @param full layout with all rows
     * @param vector (P of full,)
     * @param compact layout of the same shape with {@link #rows} rows
     * @return (P of compact,)
     */
    public FloatVector compact(Layout full, FloatVector vector, Layout compact) {
        requireSame(full.shape(), compact.shape());
        requireSize(full, vector.size(), vocabulary());
        FloatVector gathered = FloatVector.allocate(compact.size());
        FloatBuffer source = vector.floats();
        FloatBuffer target = gathered.floats();
        requireSize(compact, gathered.size(), rows());
        for (Segment segment : full.segments()) {
            if (!segment.name().equals(TABLE)) {
                compact.find(segment.name())
                        .ifPresent(place -> target.put(place.offset(), source, segment.offset(), segment.count()));
            }
        }
        int width = full.shape().text().tokenColumns();
        int from = full.segment(TABLE).offset();
        int to = compact.segment(TABLE).offset();
        for (int row = 0; row < tokens.length; row++) {
            target.put(to + row * width, source, from + tokens[row] * width, width);
        }
        return gathered;
    }

    /**
     * Puts a vector with these token rows and the rows that never were in it together. Masks and multipliers are left
     * out.
     *
     * <p>Where the table is a product, its frozen rows are put on the vector's basis, each as near to what it was as it can be.
     *
     * @param compact layout with {@link #rows} rows
     * @param vector (P of compact,)
     * @param frozenTable (vocabulary, D) the full table, as wide as the vector's
     * @return the vector of {@code Layout.of(shape, vocabulary, false, false)}
     */
    public FloatVector expand(Layout compact, FloatVector vector, float[] frozenTable) {
        requireSize(compact, vector.size(), rows());
        Layout full = Layout.of(compact.shape(), vocabulary(), false, false);
        Segment table = full.segment(TABLE);
        TextTower text = compact.shape().text();
        if (frozenTable.length != vocabulary() * text.width()) {
            throw new IllegalArgumentException("frozen table of [" + frozenTable.length + "] floats where ["
                    + vocabulary() + ", " + text.width() + "] is needed");
        }
        FloatVector whole = FloatVector.allocate(full.size());
        FloatBuffer target = whole.floats();
        FloatBuffer values = vector.floats();
        for (Segment segment : compact.segments()) {
            if (!segment.name().equals(TABLE)) {
                full.find(segment.name())
                        .ifPresent(place -> target.put(place.offset(), values, segment.offset(), segment.count()));
            }
        }
        if (text.tokenRank() == 0) {
            target.put(table.offset(), frozenTable, 0, frozenTable.length);
        } else if (rows() < vocabulary()) {
            TokenTable.of(compact, vector).project(frozenTable, target.slice(table.offset(), table.count()));
        }
        int width = text.tokenColumns();
        int source = compact.segment(TABLE).offset();
        for (int row = 0; row < tokens.length; row++) {
            target.put(table.offset() + tokens[row] * width, values, source + row * width, width);
        }
        return whole;
    }

    private static void requireSame(ModelShape full, ModelShape compact) {
        if (!full.equals(compact)) {
            throw new IllegalArgumentException("the two layouts describe different models");
        }
    }

    private static void requireSize(Layout layout, int floats, int tokenRows) {
        if (layout.size() != floats || layout.tokenRows() != tokenRows) {
            throw new IllegalArgumentException("layout of [" + layout.size() + "] floats and [" + layout.tokenRows()
                    + "] token rows does not fit a vector of [" + floats + "] and [" + tokenRows + "]");
        }
    }
}
