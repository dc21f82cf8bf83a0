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
 * The page that a run leaves, and its pictures for other documents. The page is one file: it needs no network, no script and
 * no other file.
 *
 * @param title of the page
 * @param facts name and value, such as seed and digest
 * @param table what came out
 * @param steps every step of the run
 * @param judged students while it trained
 * @param grid queries and what was found; may be empty
 */
public record RunReport(
        String title, List<Fact> facts, ResultTable table, List<StepPoint> steps, Judged judged, List<GridRow> grid) {
    private static final Logger LOG = LoggerFactory.getLogger(RunReport.class);
    private static final String STYLE = """
            :root{--t:#1f2328;--f:#59636e;--g:#d1d9e0;--a:#0072b2;--b:#d55e00;--c:#009e73;--d:#cc79a7;--page:#fff}
            @media(prefers-color-scheme:dark){:root{--t:#e6edf3;--f:#9198a1;--g:#3d444d;--a:#56b4e9;--b:#e69f00;--c:#2fc79a;--d:#dd99bf;--page:#0d1117}}
            body{font:15px/1.5 system-ui,sans-serif;color:var(--t);background:var(--page);max-width:1080px;margin:2rem auto;padding:0 1rem}
            h1{font-size:1.6rem}h2{font-size:1.2rem;margin-top:2rem}
            table{border-collapse:collapse}th,td{padding:.3rem .8rem;text-align:right;border-bottom:1px solid var(--g)}
            th:first-child,td:first-child{text-align:left}dt{color:var(--f)}dd{margin:0 0 .4rem;overflow-wrap:anywhere}
            svg{max-width:100%;height:auto;font:13px system-ui,sans-serif;display:block;margin:1rem 0}.wide{overflow-x:auto}
            .t{fill:var(--t)}.f{fill:var(--f)}.g{fill:var(--g)}.a{fill:var(--a)}.b{fill:var(--b)}.c{fill:var(--c)}.d{fill:var(--d)}
            .st{stroke:var(--t)}.sf{stroke:var(--f)}.sg{stroke:var(--g)}.sa{stroke:var(--a)}.sb{stroke:var(--b)}.sc{stroke:var(--c)}.sd{stroke:var(--d)}
            """;

    public RunReport {
        facts = List.copyOf(facts);
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

    /** One line under the title. */
    public record Fact(String name, String value) {}

    /**
     * Writes {@code report.html}, {@code report-curves.png} and {@code report-grid.png}.
     *
     * @throws java.io.UncheckedIOException if the folder cannot be written
     */
    public void write(Path folder) {
        write(folder, PixelCanvas::new);
    }

    /** @param canvases makes what pictures are drawn on, of a width and a height */
    void write(Path folder, Canvases canvases) {
        AtomicFile.writeText(folder.resolve("report.html"), page());
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

    /** The page, which is also well-formed XML. */
    String page() {
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>");
        page.append("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\"/><title>");
        page.append(Html.escape(title))
                .append("</title><style>\n")
                .append(STYLE)
                .append("</style></head>\n<body><h1>");
        page.append(Html.escape(title)).append("</h1>\n<h2>What came out</h2><div class=\"wide\">");
        page.append(htmlTable()).append("</div>\n");
        page.append(svg(Curves.tradeOff(table.rows())));
        if (!grid.isEmpty()) {
            drawn("pictures in report.html", this::svgGrid)
                    .ifPresent(element -> page.append("<h2>What they find</h2><div class=\"wide\">")
                            .append(element)
                            .append("</div>\n"));
        }
        page.append("<h2>How it went</h2>\n");
        charts().forEach(chart -> page.append(svg(chart)));
        page.append("<h2>What ran</h2><dl>");
        for (Fact fact : facts) {
            page.append("<dt>").append(Html.escape(fact.name())).append("</dt><dd>");
            page.append(Html.escape(fact.value())).append("</dd>");
        }
        return page.append("</dl></body></html>\n").toString();
    }

    private String htmlTable() {
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
        return canvas.element(chart.title()) + "\n";
    }

    private String svgGrid() {
        Grid cells = new Grid(grid);
        SvgCanvas canvas = new SvgCanvas(cells.width(), cells.height());
        cells.draw(canvas);
        return canvas.element("For each query the five nearest pictures by teacher and by student");
    }

    private byte[] grid(Canvases canvases) {
        Grid cells = new Grid(grid);
        PixelCanvas canvas = canvases.of(cells.width(), cells.height());
        cells.draw(canvas);
        return Png.bytes(canvas.image());
    }

    private List<Chart> charts() {
        return Stream.concat(JudgedCurves.of(steps, judged).stream(), Curves.of(steps).stream())
                .toList();
    }

    private byte[] curves(Canvases canvases) {
        List<Chart> charts = charts();
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
