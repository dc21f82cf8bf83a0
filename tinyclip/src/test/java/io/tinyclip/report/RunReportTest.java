package io.tinyclip.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.image.RgbImage;
import io.tinyclip.report.GridRow.Found;
import io.tinyclip.report.ResultRow.Size;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

final class RunReportTest {
    private static final int STEPS_A_PHASE = 150;
    private static final ResultTable TABLE = new ResultTable(List.of(
            row(
                    "teacher",
                    new Size(840_000, 650_000, 3_490_001, OptionalLong.of(3_490_001), OptionalLong.empty(), 21_400_000),
                    0.642,
                    0.231,
                    2000),
            row(
                    "student 75 %",
                    new Size(
                            630_000,
                            490_000,
                            3_120_001,
                            OptionalLong.of(3_240_001),
                            OptionalLong.of(12_480_944),
                            16_300_000),
                    0.628,
                    0.226,
                    2500),
            row(
                    "student 50 %",
                    new Size(
                            420_000,
                            330_000,
                            2_750_001,
                            OptionalLong.of(3_100_001),
                            OptionalLong.of(11_000_504),
                            10_900_000),
                    0.601,
                    0.214,
                    3400),
            row(
                    "student 25 %",
                    new Size(210_000, 170_000, 2_380_001, OptionalLong.empty(), OptionalLong.of(9_520_504), 5_600_000),
                    0.538,
                    0.197,
                    5000),
            new ResultRow(
                    "pixel baseline",
                    Optional.empty(),
                    Map.of("r@1", 0.031, "name.r@5", 0.143),
                    OptionalDouble.empty(),
                    Optional.empty())));

    @TempDir
    private Path folder;

    @Test
    void tableComparesWithTheFirstRow() {
        assertEquals(
                List.of(
                        "student 25 %",
                        "0.21",
                        "0.17",
                        "2.38",
                        "-",
                        "9.52",
                        "5.6",
                        "53.8",
                        "19.7",
                        "83.8",
                        "5000",
                        "2.50x (2.40-2.70)"),
                TABLE.cells().get(3));
        assertEquals(
                List.of("0.42", "0.33", "2.75", "3.10", "11.00"),
                TABLE.cells().get(2).subList(1, 6));
        assertEquals("-", TABLE.cells().get(0).get(5), "the teacher has no file in the run's folder");
        assertEquals(
                List.of("pixel baseline", "-", "-", "-", "-", "-", "-", "3.1", "14.3", "-", "-", "-"),
                TABLE.cells().get(4));
    }

    /** 1.25 times as fast, by rounds of which the middle half lies between 1.0 and 1.5, may be any slower, too. */
    @Test
    void aSpeedUpThatIsSmallerThanItsSpreadIsNotTold() {
        assertTrue(new SpeedUp(1.25, 1.2, 1.3).tells());
        assertFalse(new SpeedUp(1.25, 1.0, 1.5).tells());
        assertFalse(new SpeedUp(1, 1, 1).tells());
        assertEquals("-", TABLE.cells().get(0).get(11), "nor is the first row's own");
    }

    @Test
    void tableLinesUp() {
        List<String> lines = TABLE.text().lines().toList();
        assertEquals(6, lines.size());
        assertEquals(1, lines.stream().map(String::length).distinct().count(), TABLE.text());
        assertTrue(lines.get(0).startsWith("model "), lines.get(0));
    }

    @Test
    void tableHasNoColumnThatNoRowHasAFigureFor() {
        ResultRow bare =
                new ResultRow("model", Optional.empty(), Map.of("r@1", 0.5), OptionalDouble.empty(), Optional.empty());
        assertEquals(List.of("model", "r@1 %"), new ResultTable(List.of(bare)).header());
        assertEquals(List.of(List.of("model", "50.0")), new ResultTable(List.of(bare)).cells());
        assertEquals(12, TABLE.header().size());
    }

    @Test
    void sectionsAreWellFormedAndFrameWhatWasFound() throws Exception {
        String sections = report().sections();
        Document document = document(sections);
        assertEquals(1, document.getElementsByTagName("svg").getLength());
        NodeList pictures = document.getElementsByTagName("img");
        assertEquals(8 * 10, pictures.getLength());
        List<Integer> framed = IntStream.range(0, pictures.getLength())
                .filter(i -> pictures.item(i).getAttributes().getNamedItem("class") != null)
                .boxed()
                .toList();
        assertEquals(List.of(0, 7, 10, 17), framed.subList(0, 4));
        String words = document.getDocumentElement().getTextContent();
        for (String part : List.of("pixel baseline", "R&D <label>", "student 25 %")) {
            assertTrue(words.contains(part), part);
        }
        assertFalse(sections.contains("http"), "refers to the network");
    }

    @Test
    void largePicturesAreReducedToWhatIsShown() {
        RgbImage photograph = new RgbImage(1024, 512, new byte[3 * 1024 * 512]);
        String html = GridHtml.of(List.of(new GridRow("a", List.of(new Found(photograph, true)), List.of())));
        String png = html.substring(html.indexOf("base64,") + 7, html.indexOf("\"/>"));
        BufferedImage shown = image(Base64.getDecoder().decode(png));
        assertEquals(List.of(128, 64), List.of(shown.getWidth(), shown.getHeight()));
    }

    private static BufferedImage image(byte[] png) {
        try {
            return ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void tableIsAnElementOfThePage() throws Exception {
        Document document = document(report().htmlTable());
        assertEquals(6, document.getElementsByTagName("tr").getLength());
        assertTrue(document.getDocumentElement().getTextContent().contains("83.8"));
    }

    private static Document document(String parts) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(("<all>" + parts + "</all>").getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void pretrainingHasNoGrid() {
        String sections = new RunReport(TABLE, List.of(), RunReport.Judged.NOTHING, List.of()).sections();
        assertFalse(sections.contains("What they find"));
        assertFalse(sections.contains("NaN"));
    }

    @Test
    void writesPictures() throws Exception {
        report().writePictures(folder);
        assertEquals(
                4 * 2 * Chart.HEIGHT,
                ImageIO.read(folder.resolve("report-curves.png").toFile()).getHeight());
        assertTrue(ImageIO.read(folder.resolve("report-grid.png").toFile()).getWidth() > 1000);
    }

    /** What Java throws without fonts is another on each JDK, and another again the second time. */
    @Test
    void whateverDrawingThrowsCostsThePicturesOnly() throws Exception {
        for (Throwable thrown : List.of(
                new InternalError("no font"),
                new IllegalArgumentException("Fontconfig head is null"),
                new NoClassDefFoundError("sun.awt.X11FontManager"))) {
            Path here = Files.createDirectories(folder.resolve(thrown.getClass().getSimpleName()));
            report().writePictures(here, (width, height) -> fail(thrown));
            try (Stream<Path> files = Files.list(here)) {
                assertEquals(List.of(), files.toList());
            }
        }
    }

    private static PixelCanvas fail(Throwable thrown) {
        if (thrown instanceof Error error) {
            throw error;
        }
        throw (RuntimeException) thrown;
    }

    /** The quickstart's first stages are 60 steps of 880, narrower than their names. */
    @Test
    void namesOfShortStagesDoNotRunIntoEachOther() {
        List<Chart.Mark> marks = List.of(Chart.Mark.upright(0, "stage 1"), Chart.Mark.upright(60, "cut"));
        double[] x = {0, 880};
        Chart.Series line = Chart.Series.line("loss", x, x, Ink.FIRST, false);
        SvgCanvas canvas = new SvgCanvas(Chart.WIDTH, Chart.HEIGHT);
        new Chart("loss", "step", "nats", List.of(line), marks).draw(canvas, 0);
        String drawn = canvas.element("loss");
        assertNotEquals(lineOf("stage 1", drawn), lineOf("cut", drawn));
    }

    private static String lineOf(String words, String drawn) {
        Matcher text = Pattern.compile(" y=\"([\\d.]+)\"[^>]*>" + words + "<").matcher(drawn);
        assertTrue(text.find(), drawn);
        return text.group(1);
    }

    @Test
    void oneSpikeDoesNotFlattenACurve() {
        List<StepPoint> calm = IntStream.range(0, 200)
                .mapToObj(i -> new StepPoint(0, "pretrain", i, i == 120 ? 80 : 1 + 0.01 * i / 2, 0, Double.NaN, 0, 0.3))
                .toList();
        Chart loss = Curves.of(calm).get(0);
        double highest = DoubleStream.of(loss.series().get(0).y()).max().orElseThrow();
        assertTrue(highest > 2 && highest < 3, "the axis ends at [" + highest + "], and the usual steps at 2");
        assertEquals(
                List.of("up to 80.0"),
                loss.marks().stream()
                        .filter(mark -> !Double.isNaN(mark.y()))
                        .map(Chart.Mark::words)
                        .toList());
        Chart usual = Curves.of(steps()).get(0);
        assertEquals(
                List.of(),
                usual.marks().stream().filter(mark -> !Double.isNaN(mark.y())).toList());
    }

    static RunReport report() {
        return new RunReport(TABLE, steps(), RunReport.Judged.NOTHING, grid());
    }

    private static ResultRow row(String name, Size size, double recall, double nameRecall, double speed) {
        SpeedUp times = new SpeedUp(speed / 2000, speed / 2000 * 0.96, speed / 2000 * 1.08);
        return new ResultRow(
                name,
                Optional.of(size),
                Map.of("r@1", recall, "name.r@5", nameRecall),
                OptionalDouble.of(speed),
                Optional.of(times));
    }

    private static List<StepPoint> steps() {
        List<StepPoint> steps = new ArrayList<>();
        for (int stage = 0; stage < 3; stage++) {
            for (int i = 0; i < STEPS_A_PHASE; i++) {
                double from = 0.25 * stage;
                double target = from + 0.25 * Math.min(1, i / 75.0);
                double kl = 0.02 + 0.1 * (stage + 1) * i / STEPS_A_PHASE + 0.01 * Math.sin(i);
                steps.add(new StepPoint(
                        stage, "inherit", i, 2.3 + kl, kl, target - 0.01 * Math.cos(i / 9.0), target, 0.2));
            }
            for (int i = 0; i < STEPS_A_PHASE; i++) {
                double kl = 0.02 + 0.1 * (stage + 1) * Math.exp(-i / 40.0) + 0.01 * Math.sin(i);
                steps.add(new StepPoint(stage, "distill", i, 2.3 + kl, kl, Double.NaN, 0.25 * (stage + 1), 0.2));
            }
        }
        return steps;
    }

    private static List<GridRow> grid() {
        List<GridRow> rows = new ArrayList<>();
        List<String> words = List.of(
                "an alarm clock icon",
                "R&D <label>",
                "arrow left",
                "a very long name of an icon that has to be cut off",
                "cloud with rain",
                "credit card",
                "file lock",
                "trophy");
        for (int i = 0; i < words.size(); i++) {
            rows.add(new GridRow(words.get(i), found(i, 0), found(i, 2)));
        }
        return rows;
    }

    private static List<Found> found(int row, int right) {
        return IntStream.range(0, 5)
                .mapToObj(i -> new Found(picture(row * 10 + i), i == right))
                .toList();
    }

    private static RgbImage picture(int seed) {
        int side = 32;
        byte[] rgb = new byte[side * side * 3];
        for (int i = 0; i < side * side; i++) {
            boolean inside = Math.hypot(i % side - 16, i / side - 16) < 6 + seed % 9;
            rgb[3 * i] = (byte) (inside ? seed * 37 : 230);
            rgb[3 * i + 1] = (byte) (inside ? seed * 71 : 235);
            rgb[3 * i + 2] = (byte) (inside ? 200 : 210);
        }
        return new RgbImage(side, side, rgb);
    }
}
