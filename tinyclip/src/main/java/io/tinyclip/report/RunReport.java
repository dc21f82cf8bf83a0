package io.tinyclip.report;

import io.tinyclip.files.AtomicFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run's report shows of its models, as parts of a page without scripts, and the pictures that it leaves for other
 * documents.
 *
 * @param table what came out
 * @param steps every step of the run
 * @param judged students while it trained
 * @param grid queries and what was found; may be empty
 */
public record RunReport(ResultTable table, List<StepPoint> steps, Judged judged, List<GridRow> grid) {
    private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);

    public RunReport {
        steps = List.copyOf(steps);
        grid = List.copyOf(grid);
    }

    /**
     * What students were judged while they trained.
     *
     * @param points in the order of the run
     * @param teacher its figures, by their names; empty where there is none
     */
    public record Judged(List<JudgedPoint> points, Map<String, Double> teacher) {
        /** Of a run that judges nothing. */
        public static final Judged NOTHING = new Judged(List.of(), Map.of());

        public Judged {
            points = List.copyOf(points);
            teacher = Map.copyOf(teacher);
        }
    }

    /**
     * Writes {@code report-curves.png} and {@code report-grid.png}.
     *
     * @throws java.io.UncheckedIOException if the folder cannot be written
     */
    public void writePictures(Path folder) {
        writePictures(folder, PixelCanvas::new);
    }

    /** @param canvases makes what pictures are drawn on, of a width and a height */
    void writePictures(Path folder, Canvases canvases) {
        drawn("report-curves.png", () -> curves(canvases)).ifPresent(png -> write(folder, "report-curves.png", png));
        if (!grid.isEmpty()) {
            drawn("report-grid.png", () -> grid(canvases)).ifPresent(png -> write(folder, "report-grid.png", png));
        }
    }

    /** Where pictures are drawn. */
    interface Canvases {
        PixelCanvas of(int width, int height);
    }

    /**
     * What could be drawn, or nothing and a warning. Java draws letters with the system's fonts, and small containers have
     * none; what it throws then is another error or exception on each JDK. A run is finished without pictures too.
     */
    private static <T> Optional<T> drawn(String what, Supplier<T> drawing) {
        try {
            return Optional.of(drawing.get());
        } catch (RuntimeException | Error e) {
            LOG.warn(
                    "no {}: it cannot be drawn ({}); where that is for want of fonts, install fontconfig and a font",
                    what,
                    e.toString());
            return Optional.empty();
        }
    }

    /** Sections of a page: what is kept at which cost, and the picture grid. Well-formed XML one by one. */
    public String sections() {
        StringBuilder html = new StringBuilder("<section id=\"tradeoff\"><div class=\"wide\">");
        html.append(svg(Curves.tradeOff(table.rows()))).append("</div></section>\n");
        if (!grid.isEmpty()) {
            drawn("pictures in report.html", () -> GridHtml.of(grid))
                    .ifPresent(pictures -> html.append("<section id=\"found\"><h2>What they find</h2>")
                            .append(pictures)
                            .append("</section>\n"));
        }
        return html.toString();
    }

    /** The table as an element of a page. */
    public String htmlTable() {
        String head = table.header().stream()
                .map(cell -> "<th>" + Html.escape(cell) + "</th>")
                .collect(Collectors.joining());
        String body = table.cells().stream()
                .map(row -> row.stream()
                        .map(cell -> "<td>" + Html.escape(cell) + "</td>")
                        .collect(Collectors.joining("", "<tr>", "</tr>\n")))
                .collect(Collectors.joining());
        return "<table><thead><tr>" + head + "</tr></thead><tbody>\n" + body + "</tbody></table>";
    }

    private static String svg(Chart chart) {
        SvgCanvas canvas = new SvgCanvas(Chart.WIDTH, Chart.HEIGHT);
        chart.draw(canvas, 0);
        return canvas.element(chart.title());
    }

    private byte[] grid(Canvases canvases) {
        Grid cells = new Grid(grid);
        PixelCanvas canvas = canvases.of(cells.width(), cells.height());
        cells.draw(canvas);
        return Png.bytes(canvas.image());
    }

    private byte[] curves(Canvases canvases) {
        List<Chart> charts = Stream.concat(JudgedCurves.of(steps, judged).stream(), Curves.of(steps).stream())
                .toList();
        PixelCanvas canvas = canvases.of(Chart.WIDTH, (charts.size() + 1) * Chart.HEIGHT);
        int top = 0;
        for (Chart chart : charts) {
            chart.draw(canvas, top);
            top += Chart.HEIGHT;
        }
        Curves.tradeOff(table.rows()).draw(canvas, top);
        return Png.bytes(canvas.image());
    }

    private static void write(Path folder, String name, byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        AtomicFile.write(folder.resolve(name), channel -> AtomicFile.writeFully(channel, bytes));
    }
}
