package io.tinyclip.cluster.judge;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Judgements for a person: a line a set, shares in percent. */
public final class JudgementTable {
    private static final double PERCENT = 100;
    private static final String PENALTY = "penalty";

    private JudgementTable() {}

    /** JSON as the files have it. */
    public static String json(List<Judgement> judgements) {
        return JudgementJson.write(judgements);
    }

    /** The lines, the first of which names the columns. */
    public static List<String> lines(List<Judgement> judgements) {
        Set<String> metrics = new LinkedHashSet<>();
        judgements.forEach(judgement -> metrics.addAll(judgement.metrics().keySet()));
        List<List<String>> rows = new ArrayList<>();
        List<String> names = new ArrayList<>(List.of("set", "pictures", "left out"));
        metrics.forEach(metric -> names.add(isShare(metric) ? metric + " %" : metric));
        rows.add(names);
        for (Judgement judgement : judgements) {
            List<String> row = new ArrayList<>(List.of(
                    judgement.question().dataset(),
                    Long.toString(judgement.pictures()),
                    Long.toString(judgement.badSamples())));
            metrics.forEach(metric -> row.add(
                    shown(metric, Optional.ofNullable(judgement.metrics().get(metric)))));
            rows.add(row);
        }
        int[] widths = new int[names.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private static String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder(row.get(0))
                .append(" ".repeat(widths[0] - row.get(0).length()));
        for (int i = 1; i < widths.length; i++) {
            line.append("  ")
                    .append(" ".repeat(widths[i] - row.get(i).length()))
                    .append(row.get(i));
        }
        return line.toString();
    }

    private static boolean isShare(String metric) {
        return !metric.endsWith(PENALTY);
    }

    private static String shown(String metric, Optional<Double> value) {
        if (value.isEmpty() || value.get().isNaN()) {
            return "-";
        }
        return isShare(metric)
                ? String.format(Locale.ROOT, "%.2f", PERCENT * value.get())
                : String.format(Locale.ROOT, "%.3g", value.get());
    }
}
