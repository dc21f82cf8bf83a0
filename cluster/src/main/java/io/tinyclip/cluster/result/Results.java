package io.tinyclip.cluster.result;

import io.tinyclip.cluster.board.ReportPage;
import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.record.StageFigures;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.ResultRow;
import io.tinyclip.report.ResultTable;
import io.tinyclip.report.RunReport;
import io.tinyclip.report.RunReport.Judged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** A record as a person reads it: the table and the report. */
public final class Results {
    private static final int PERCENT = 100;

    private Results() {}

    /** Teacher first, then the stages, the baseline last. */
    public static ResultTable table(RunRecord record) {
        List<ResultRow> rows = new ArrayList<>();
        record.figures().teacher().ifPresent(teacher -> rows.add(row("teacher", teacher)));
        for (StageFigures stage : record.figures().stages()) {
            boolean compressed = record.figures().teacher().isPresent();
            String name = compressed ? "student " + Math.round(stage.model().keep() * PERCENT) + " %" : "trained model";
            rows.add(row(name, stage.model()));
        }
        if (!record.figures().baseline().isEmpty()) {
            rows.add(new ResultRow(
                    "pixel baseline",
                    Optional.empty(),
                    record.figures().baseline(),
                    OptionalDouble.empty(),
                    Optional.empty()));
        }
        return new ResultTable(rows);
    }

    /**
     * Writes report.html and its pictures into the run's folder.
     *
     * @param pairs of the training data
     */
    public static void report(RunFolder folder, RunRecord record, int pairs, Judge judge, Optional<Model> teacher)
            throws IOException {
        List<GridRow> grid = teacher.isPresent()
                ? PictureGrid.of(judge, teacher.get(), ModelFolder.read(folder.model()))
                : List.of();
        RunReport report = new RunReport(
                table(record),
                MetricsFile.read(folder.metrics()),
                new Judged(
                        MetricsFile.judged(folder.metrics()),
                        record.figures().evaluation().teacher()),
                grid);
        new ReportPage(record.json(), OptionalInt.of(pairs), report).write(folder.path(), System.currentTimeMillis());
    }

    private static ResultRow row(String name, ModelFigures figures) {
        OptionalLong padded = figures.padded().stream()
                .mapToLong(ModelFigures.Parameters::total)
                .findFirst();
        ModelFigures.Parameters params = figures.params();
        ResultRow.Size size = new ResultRow.Size(
                params.image(), params.text(), params.total(), padded, figures.fileBytes(), figures.macs());
        return new ResultRow(name, Optional.of(size), figures.metrics(), figures.pairsPerSecond(), figures.speedUp());
    }
}
