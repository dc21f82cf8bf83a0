package io.tinyclip.inherit;

import io.tinyclip.lowrank.Basis;
import io.tinyclip.lowrank.Rows;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.model.Layout;
import io.tinyclip.model.ModelShape;
import io.tinyclip.model.Segment;
import io.tinyclip.model.TextTower;
import io.tinyclip.model.TokenRows;
import io.tinyclip.plan.MomentTransfer;
import io.tinyclip.plan.RunPlan;
import io.tinyclip.plan.StagePlan;

/**
 * The student with its token table as a product of two: coefficients (R, r) and a basis (r, D), by a truncated singular value
 * decomposition of the table as it is, see {@link Basis#best}. All other tensors stay as they are.
 *
 * <p>Whoever makes any part of the factors needs the whole old table, and decomposes it for itself: R D^2 / 2 operations for the
 * Gram matrix and some 60 D^3 for its eigenvectors. That is a few seconds where D is 512, and a minute or two where it is 1,280.
 */
public final class Factorisation implements Transition {
    /** D of the widest table that is decomposed: that of the largest CLIPs. The time grows with the cube. */
    public static final int LARGEST_WIDTH = TextTower.LARGEST_RANK + 1;

    private final Layout before;
    private final Layout after;

    private Factorisation(Layout before, Layout after) {
        this.before = before;
        this.after = after;
    }

    /**
     * The factorisation.
     *
     * @param before layout without masks, of a table that is whole or a product of a higher rank
     * @param after the same layout of a lower rank
     */
    public static Factorisation of(Layout before, Layout after) {
        int rank = after.shape().text().tokenRank();
        boolean fits = isOne(before, after)
                && after.tokenRows() == before.tokenRows()
                && after.logitScaleLearned() == before.logitScaleLearned()
                && before.shape().withTokenRank(rank).equals(after.shape())
                && rank < before.shape().text().tokenColumns()
                && before.shape().text().width() <= LARGEST_WIDTH;
        if (!fits) {
            throw new IllegalArgumentException("no token table of rank [" + rank + "] can be made of one with ["
                    + before.shape().text().tokenColumns() + "] columns and a width of ["
                    + before.shape().text().width() + "] of this layout");
        }
        return new Factorisation(before, after);
    }

    /**
     * Refuses, before anything is trained, a plan with a table that is too wide to be decomposed, or with a product that is no
     * smaller than what it is made of. The width that is known behind masks is the most that they leave.
     *
     * @param start the student's shape at the start
     * @throws InvalidInputException at the first such stage
     */
    public static void requirePossible(ModelShape start, RunPlan plan) {
        ModelShape before = start;
        int number = 0;
        for (StagePlan stage : plan.stages()) {
            number++;
            String where = "stage " + number + ": ";
            TextTower text = before.text();
            stage.tokenRank().ifPresent(rank -> requireSmaller(where, text, rank));
            stage.student().ifPresent(student -> requireSmaller(where, student.text()));
            before = stage.shape(before);
        }
    }

    private static void requireSmaller(String where, TextTower before, int rank) {
        if (before.width() > LARGEST_WIDTH) {
            throw new InvalidInputException(where + "token-rank needs a text width of at most [" + LARGEST_WIDTH
                    + "], but it is [" + before.width() + "]; leave token-rank out");
        }
        if (rank >= before.width()) {
            throw new InvalidInputException(where + "token-rank [" + rank + "] must be below the text width ["
                    + before.width() + "], or the product is no smaller than the table; lower it");
        }
        if (before.tokenRank() > 0 && rank >= before.tokenRank()) {
            throw new InvalidInputException(where + "token-rank [" + rank + "] must be below the rank ["
                    + before.tokenRank() + "] that the token table has already; lower it, or leave token-rank out");
        }
    }

    private static void requireSmaller(String where, TextTower student) {
        if (student.tokenRank() >= student.width()) {
            throw new InvalidInputException(where + "the student's text width [" + student.width()
                    + "] must be above the rank [" + student.tokenRank()
                    + "] of its token table, or the product is no smaller than the table; raise text.width, or lower the"
                    + " rank in a stage before, with token-rank");
        }
    }

    /** Whether a change of layout changes the rank of the token table. */
    public static boolean isOne(Layout before, Layout after) {
        return !before.masked()
                && !after.masked()
                && after.shape().text().tokenRank() > 0
                && after.shape().text().tokenRank() != before.shape().text().tokenRank();
    }

    @Override
    public SourceRange source(int from, int to) {
        return source(from, to, true);
    }

    /** Factors have none from before. */
    @Override
    public SourceRange momentSource(int from, int to) {
        return source(from, to, false);
    }

    private SourceRange source(int from, int to, boolean factors) {
        int first = Integer.MAX_VALUE;
        int end = 0;
        for (Segment segment : after.segments()) {
            int newFirst = Math.max(from, segment.offset());
            int newEnd = Math.min(to, segment.end());
            boolean factor = TokenRows.isTable(segment);
            if (newFirst < newEnd && (factors || !factor)) {
                first = Math.min(first, factor ? table().offset() : oldIndex(segment, newFirst));
                end = Math.max(end, factor ? endOfTable() : oldIndex(segment, newEnd));
            }
        }
        return first < end ? new SourceRange(first, end) : new SourceRange(0, 0);
    }

    @Override
    public float[] values(int from, int to, OldVector source) {
        float[] out = copied(from, to, source);
        Segment coefficients = after.segment(TokenRows.TABLE);
        Segment basis = after.segment(TokenRows.BASIS);
        if (meets(coefficients, from, to) || meets(basis, from, to)) {
            Rows rows = rows(source);
            Basis best = best(rows, source);
            fillCoefficients(coefficients, from, out, best, rows);
            fillBasis(basis, from, out, best);
        }
        return out;
    }

    /** Those of the factors start anew: what they had was a table's. */
    @Override
    public float[] moments(MomentTransfer transfer, int from, int to, OldVector source) {
        return transfer == MomentTransfer.CARRIED ? copied(from, to, source) : new float[to - from];
    }

    private float[] copied(int from, int to, OldVector source) {
        float[] out = new float[to - from];
        for (Segment segment : after.segments()) {
            int end = Math.min(to, segment.end());
            for (int i = TokenRows.isTable(segment) ? end : Math.max(from, segment.offset()); i < end; i++) {
                out[i - from] = source.at(oldIndex(segment, i));
            }
        }
        return out;
    }

    private Rows rows(OldVector source) {
        int columns = before.shape().text().tokenColumns();
        int start = table().offset();
        return new Rows(before.tokenRows(), columns, (row, target) -> {
            for (int i = 0; i < columns; i++) {
                target[i] = source.at(start + row * columns + i);
            }
        });
    }

    private Basis best(Rows rows, OldVector source) {
        int rank = after.shape().text().tokenRank();
        return before.find(TokenRows.BASIS)
                .map(old -> Basis.best(rows, values(old, source), rank))
                .orElseGet(() -> Basis.best(rows, rank));
    }

    private static float[] values(Segment segment, OldVector source) {
        float[] values = new float[segment.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = source.at(segment.offset() + i);
        }
        return values;
    }

    private static void fillCoefficients(Segment segment, int from, float[] out, Basis best, Rows rows) {
        int rank = best.rank();
        double[] row = new double[rows.columns()];
        double[] coefficients = new double[rank];
        int first = Math.max(from, segment.offset()) - segment.offset();
        int end = Math.min(from + out.length, segment.end()) - segment.offset();
        for (int i = first; i < end; i++) {
            if (i == first || i % rank == 0) {
                rows.reader().read(i / rank, row);
                best.coefficients(row, coefficients);
            }
            out[segment.offset() + i - from] = (float) coefficients[i % rank];
        }
    }

    private static void fillBasis(Segment segment, int from, float[] out, Basis best) {
        int width = segment.shape().get(1);
        int end = Math.min(from + out.length, segment.end());
        for (int i = Math.max(from, segment.offset()); i < end; i++) {
            int element = i - segment.offset();
            out[i - from] = (float) best.rows()[element / width][element % width];
        }
    }

    private static boolean meets(Segment segment, int from, int to) {
        return Math.max(from, segment.offset()) < Math.min(to, segment.end());
    }

    private Segment table() {
        return before.segment(TokenRows.TABLE);
    }

    private int endOfTable() {
        return before.find(TokenRows.BASIS).orElse(table()).end();
    }

    /** Where a tensor's element lies in the old vector; {@code newIndex} may be its end. */
    private int oldIndex(Segment segment, int newIndex) {
        return before.segment(segment.name()).offset() + newIndex - segment.offset();
    }
}
