package io.tinyclip.cluster.result;

import io.tinyclip.cluster.record.MetricsFile;
import io.tinyclip.cluster.record.ModelFigures;
import io.tinyclip.cluster.record.RunEvaluation;
import io.tinyclip.cluster.record.RunFolder;
import io.tinyclip.cluster.record.RunRecord;
import io.tinyclip.cluster.record.StageFigures;
import io.tinyclip.files.Model;
import io.tinyclip.files.ModelFolder;
import io.tinyclip.report.GridRow;
import io.tinyclip.report.ResultRow;
import io.tinyclip.report.ResultTable;
import io.tinyclip.report.RunReport;
import io.tinyclip.report.RunReport.Fact;
import io.tinyclip.report.RunReport.Judged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
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

    /** Writes report.html and its pictures into the run's folder. */
    public static void report(RunFolder folder, RunRecord record, Judge judge, Optional<Model> teacher)
            throws IOException {
        List<GridRow> grid = teacher.isPresent()
                ? PictureGrid.of(judge, teacher.get(), ModelFolder.read(folder.model()))
                : List.of();
        new RunReport(
                        "TinyCLIP " + record.beginning().command() + " "
                                + record.beginning().name(),
                        facts(record),
                        table(record),
                        MetricsFile.read(folder.metrics()),
                        new Judged(
                                MetricsFile.judged(folder.metrics()),
                                record.figures().evaluation().teacher()),
                        grid)
                .write(folder.path());
    }

    private static List<Fact> facts(RunRecord record) {
        List<Fact> facts = new ArrayList<>(List.of(
                new Fact("seed", Long.toString(record.beginning().seed())),
                new Fact(
                        "seconds",
                        String.format(Locale.ROOT, "%.0f", record.course().seconds())),
                new Fact("state digest", record.course().digest()),
                new Fact("numeric class", record.numerics().name())));
        RunEvaluation evaluation = record.figures().evaluation();
        if (evaluation.judgements() > 0) {
            facts.add(new Fact(
                    "judged while it trained",
                    String.format(Locale.ROOT, "%d times in %.1f s", evaluation.judgements(), evaluation.seconds())));
        }
        evaluation
                .best()
                .forEach(best -> facts.add(new Fact(
                        "best student of stage " + (best.stage() + 1),
                        String.format(
                                Locale.ROOT,
                                "%s %.4f after step %d, in %s",
                                best.figure(),
                                best.value(),
                                best.step(),
                                best.model()))));
        evaluation.notJudged().forEach((name, reason) -> facts.add(new Fact(name + " is not judged", reason)));
        if (record.figures().badSamples() > 0) {
            facts.add(new Fact("samples left out", record.figures().badSamples() + ", see bad-samples.jsonl"));
        }
        return facts;
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
