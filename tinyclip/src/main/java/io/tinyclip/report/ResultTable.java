package io.tinyclip.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The table at the end of a run, first row the model that all others are compared with.
 *
 * @param rows reference first, the baseline last
 */
public record ResultTable(List<ResultRow> rows) {
    private static final String NAME_METRIC = "name.r@5";
    private static final String NOTHING = "-";
    private static final double MILLION = 1e6;
    private static final double PERCENT = 100;
    private static final int GAP = 2;

    public ResultTable {
        rows = List.copyOf(rows);
    }

    /**
     * The columns' titles, with units. Of parameters, towers are without the token table; in all with it; padded in all, as Hugging
     * Face and OpenCLIP hold the model. The file is that of the weights, in millions of bytes, as the run has it.
     */
    public List<String> header() {
        return List.of(
                "model",
                "image M",
                "text M",
                "in all M",
                "padded M",
                "file MB",
                "MMACs",
                "r@1 %",
                "name.r@5 %",
                "r@1 kept %",
                "pairs/s",
                "speed-up");
    }

    /** The rows' cells under {@link #header}; what is unknown is a dash. */
    public List<List<String>> cells() {
        return rows.stream().map(this::cells).toList();
    }

    /** The table in plain text, names to the left, figures to the right, each line ended. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        lines.add(header());
        lines.addAll(cells());
        StringBuilder text = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder padded = new StringBuilder();
            for (int column = 0; column < line.size(); column++) {
                int at = column;
                int width = lines.stream()
                        .mapToInt(other -> other.get(at).length())
                        .max()
                        .orElseThrow();
                String blanks = " ".repeat(width - line.get(column).length());
                padded.append(column == 0 ? line.get(column) + blanks : " ".repeat(GAP) + blanks + line.get(column));
            }
            text.append(padded).append('\n');
        }
        return text.toString();
    }

    private List<String> cells(ResultRow row) {
        ResultRow reference = rows.get(0);
        return List.of(
                row.name(),
                millions(row, ResultRow.Size::image),
                millions(row, ResultRow.Size::text),
                millions(row, ResultRow.Size::total),
                millionsIfKnown(row, ResultRow.Size::padded),
                millionsIfKnown(row, ResultRow.Size::fileBytes),
                row.size().map(size -> decimal(size.macs() / MILLION, 1)).orElse(NOTHING),
                percent(row.metric(ResultRow.FIRST_METRIC)),
                percent(row.metric(NAME_METRIC)),
                row.size().map(size -> kept(row, reference)).orElse(NOTHING),
                text(row.pairsPerSecond(), 0, ""),
                row.speedUp().filter(SpeedUp::tells).map(ResultTable::range).orElse(NOTHING));
    }

    private static String millions(ResultRow row, ToLongFunction<ResultRow.Size> count) {
        return row.size().map(size -> millions(count.applyAsLong(size))).orElse(NOTHING);
    }

    private static String millionsIfKnown(ResultRow row, Function<ResultRow.Size, OptionalLong> count) {
        OptionalLong known = row.size().map(count).orElse(OptionalLong.empty());
        return known.isPresent() ? millions(known.getAsLong()) : NOTHING;
    }

    private static String millions(long count) {
        return decimal(count / MILLION, 2);
    }

    /** The middle of the rounds, and where the middle half of them lies. */
    private static String range(SpeedUp speed) {
        return decimal(speed.median(), 2) + "x (" + decimal(speed.low(), 2) + "-" + decimal(speed.high(), 2) + ")";
    }

    private static String kept(ResultRow row, ResultRow reference) {
        return percent(ratio(row.metric(ResultRow.FIRST_METRIC), reference.metric(ResultRow.FIRST_METRIC)));
    }

    private static OptionalDouble ratio(OptionalDouble part, OptionalDouble whole) {
        return part.isPresent() && whole.isPresent() && whole.getAsDouble() > 0
                ? OptionalDouble.of(part.getAsDouble() / whole.getAsDouble())
                : OptionalDouble.empty();
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? decimal(share.getAsDouble() * PERCENT, 1) : NOTHING;
    }

    private static String text(OptionalDouble value, int digits, String unit) {
        return value.isPresent() ? decimal(value.getAsDouble(), digits) + unit : NOTHING;
    }

    private static String decimal(double value, int digits) {
        return String.format(Locale.ROOT, "%." + digits + "f", value);
    }
}
