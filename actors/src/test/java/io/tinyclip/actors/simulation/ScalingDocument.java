package io.tinyclip.actors.simulation;

import com.typesafe.config.ConfigFactory;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.report.LinePlot;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Runs the scaling model and puts its tables and plots into {@code docs/scaling.md}; see {@code scripts/simulate}. */
final class ScalingDocument {
    private static final String BEGIN = "<!-- written by scripts/simulate --scaling: begin -->\n";
    private static final String END = "<!-- written by scripts/simulate --scaling: end -->\n";
    private static final double GIGA = 1e9;
    private static final double KILO = 1e3;
    private static final double PERCENT = 100;

    private final ScalingModel model;
    private final Map<ScalingModel.Scenario, List<ScalingModel.Point>> points = new LinkedHashMap<>();

    private ScalingDocument(ScalingModel model) {
        this.model = model;
    }

    /** @param folder of the documents */
    static void write(Path folder) throws IOException {
        ScalingDocument document = new ScalingDocument(new ScalingModel(ConfigFactory.load("scaling")));
        document.run();
        Path page = folder.resolve("scaling.md");
        AtomicFile.writeText(page, between(Files.readString(page), document.tables()));
        AtomicFile.writeText(folder.resolve("images/scaling.svg"), document.plots());
    }

    /** Replaces what the program wrote the last time; the words around it are people's. */
    static String between(String page, String tables) {
        int begin = page.indexOf(BEGIN);
        int end = page.indexOf(END);
        if (begin < 0 || end < begin) {
            throw new IllegalStateException("the page has no place for the tables: [" + BEGIN.strip() + "]");
        }
        return page.substring(0, begin + BEGIN.length()) + tables + page.substring(end);
    }

    private void run() {
        model.scenarios().forEach(scenario -> points.put(scenario, model.points(scenario)));
    }

    private String tables() {
        StringBuilder text = new StringBuilder();
        points.forEach((scenario, of) -> text.append(table(scenario, of)));
        return text.toString();
    }

    private static String table(ScalingModel.Scenario scenario, List<ScalingModel.Point> points) {
        StringBuilder text = new StringBuilder(heading(scenario));
        text.append(
                "| workers | s a step | s computing | of linear % | messages | Step message KB | GB into a worker |");
        text.append(" GB through a server | GB in all | busiest, and its seconds |\n");
        text.append("|---|---|---|---|---|---|---|---|---|---|\n");
        for (ScalingModel.Point point : points) {
            double linear = points.get(0).seconds() / (point.seconds() * point.workers());
            text.append(String.format(
                    Locale.ROOT,
                    "| %,d | %.3f | %.3f | %.0f | %,d | %.1f | %.2f | %.2f | %.1f | %s, %.3f |%n",
                    point.workers(),
                    point.seconds(),
                    point.computing(),
                    PERCENT * linear,
                    point.messages(),
                    point.stepBytes() / KILO,
                    point.workerBytes() / GIGA,
                    point.serverBytes() / GIGA,
                    point.allBytes() / GIGA,
                    point.limit().what(),
                    point.limit().seconds()));
        }
        return text.toString();
    }

    private static String heading(ScalingModel.Scenario scenario) {
        return String.format(
                Locale.ROOT,
                "%n**%s**: cards of %.0f Gbit/s, %d bytes a float on the wire, %d servers%n%n",
                scenario.name(),
                scenario.gbit(),
                scenario.floatBytes(),
                scenario.servers());
    }

    private String plots() {
        List<LinePlot> plots = List.of(
                plot("Time of a step", "seconds", ScalingModel.Point::seconds),
                plot("Bytes a step, all machines", "GB", point -> point.allBytes() / GIGA),
                plot("Messages a step, all machines", "messages", ScalingModel.Point::messages));
        return LinePlot.svg("A step against the number of workers", plots);
    }

    private LinePlot plot(String title, String unit, ToDoubleFunction<ScalingModel.Point> value) {
        List<LinePlot.Line> lines = new ArrayList<>();
        points.forEach((scenario, of) -> lines.add(LinePlot.Line.of(
                scenario.name(),
                of.stream().mapToDouble(ScalingModel.Point::workers).toArray(),
                of.stream().mapToDouble(value).toArray())));
        return new LinePlot(title, "workers", unit, LinePlot.Rise.TENFOLD, lines);
    }
}
