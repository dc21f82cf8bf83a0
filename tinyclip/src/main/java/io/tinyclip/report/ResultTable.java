package io.tinyclip.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * The table at the end of a run, first row the model that all others are compared with. What is known of no row has no column.
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

    /** A column that some row has a figure for. */
    private record Column(String title, Function<ResultRow, String> cell) {}

    /**
     * The columns' titles, with units. Of parameters, towers are without the token table; in all with it; padded in all, as Hugging
     * Face and OpenCLIP hold the model. The file is that of the weights, in millions of bytes, as the run has it.
     */
    public List<String> header() {
        return columns().stream().map(Column::title).toList();
    }

    /** The rows' cells under {@link #header}; what is unknown is a dash. */
    public List<List<String>> cells() {
        List<Column> columns = columns();
        return rows.stream()
                .map(row ->
                        columns.stream().map(column -> column.cell.apply(row)).toList())
                .toList();
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

    private List<Column> columns() {
        return all().filter(column -> rows.stream().map(column.cell).anyMatch(cell -> !cell.equals(NOTHING)))
                .toList();
    }

    private Stream<Column> all() {
        return Stream.of(
                new Column("model", ResultRow::name),
                new Column("image M", row -> millions(row, ResultRow.Size::image)),
                new Column("text M", row -> millions(row, ResultRow.Size::text)),
                new Column("in all M", row -> millions(row, ResultRow.Size::total)),
                new Column("padded M", row -> millionsIfKnown(row, ResultRow.Size::padded)),
                new Column("file MB", row -> millionsIfKnown(row, ResultRow.Size::fileBytes)),
                new Column("MMACs", row -> row.size()
                        .map(size -> decimal(size.macs() / MILLION, 1))
                        .orElse(NOTHING)),
                new Column("r@1 %", row -> percent(row.metric(ResultRow.FIRST_METRIC))),
                new Column("name.r@5 %", row -> percent(row.metric(NAME_METRIC))),
                new Column(
                        "r@1 kept %",
                        row -> row.size().map(size -> kept(row, rows.get(0))).orElse(NOTHING)),
                new Column("pairs/s", row -> text(row.pairsPerSecond(), 0, "")),
                new Column("speed-up", row -> row.speedUp()
                        .filter(SpeedUp::tells)
                        .map(ResultTable::range)
                        .orElse(NOTHING)));
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
