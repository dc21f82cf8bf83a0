package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.settings.BoardSettings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, where this machine has one: Debian's package is chromium. */
final class BoardPageTest {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int SECONDS = 120;

    /** Simulated, so that what the page waits for has come; the browser's own clock. */
    private static final String BUDGET_MILLIS = "15000";

    @TempDir
    Path place;

    @Test
    void aFinishedRunShowsCurvesMasksFiguresAndEventsAndNothingIsOnTheConsole() throws Exception {
        RecordedRun.write(place.resolve("runs/a"), 40, true);
        Seen page = seen(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty(), "");
        assertEquals(List.of(), page.console);
        for (String series : List.of("loss", "kl", "rate", "gradNorm", "pairsPerSecond")) {
            page.requires("data-series=\"" + series + "\" data-points=\"40\"");
        }
        assertTrue(page.count("<canvas") >= 5, "a chart each");
        page.requires("data-tower=\"image\"");
        page.requires("data-tower=\"text\"");
        assertEquals(4 + 2 + 3 + (3 + 2 + 1) + (2 + 1), page.count("rgb\\(var\\(--keep\\)"), "heads, neurons, widths");
        page.requires("data-event=\"died\"");
        page.requires("10.0.0.7:25520 is gone &lt;b&gt;&amp;");
        page.requires("<strong id=\"task\">finished</strong>");
        page.requires("<td>75 %</td><td>1.00</td><td>0.50</td><td>2.0</td><td>0.240</td><td>25.0</td>");
    }

    @Test
    void aRunningRunShowsWhereItIsAndRunsStandSideBySide() throws Exception {
        RecordedRun.write(place.resolve("runs/a"), 40, true);
        Path own = RecordedRun.write(place.resolve("runs/b"), 6, false);
        LiveRun live = new LiveRun();
        live.heard(new NoProgress()).begin("stage 1 of 1, inherit", 3, 2);
        Seen page = seen(RunFolders.around(own), Optional.of(live), "?run=b&run=a");
        assertEquals(List.of(), page.console);
        page.requires("<strong id=\"task\">stage 1 of 1, inherit: 2 of 3</strong>");
        page.requires("6 of 6 steps of the whole run");
        page.requires("data-series=\"loss\" data-points=\"40\"");
        assertEquals(2, page.count("type=\"checkbox\"><i style=\"background"), "both runs have their colour");
    }

    @Test
    void whatWasJudgedIsACurveOfItsOwnAndDisturbsNoStep() throws Exception {
        Path run = RecordedRun.write(place.resolve("runs/a"), 40, true);
        RecordedRun.judge(run, 10);
        Seen page = seen(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty(), "");
        assertEquals(List.of(), page.console);
        page.requires("data-series=\"loss\" data-points=\"40\"");
        page.requires("40 of 40 steps of the whole run");
        page.requires("data-points=\"4\"><h3><b>0.4  at step 39</b>judged.ten &lt;b&gt;.acc1");
        assertEquals(0, page.count("data-series=\"judged.(seconds|computing)"), "no figures of the student");
    }

    /** What the browser made of the page. @param console what its scripts complained of */
    private record Seen(String dom, List<String> console) {
        void requires(String part) {
            assertTrue(dom.contains(part), () -> "[" + part + "] is not in " + dom);
        }

        int count(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(dom);
            return (int) matcher.results().count();
        }
    }

    private Seen seen(RunFolders folders, Optional<LiveRun> live, String query) throws Exception {
        String browser = browser();
        Path dom = place.resolve("dom.html");
        Path log = place.resolve("log.txt");
        try (Board board = Board.open(new BoardSettings(true, "127.0.0.1", 0), folders, live)) {
            Process process = new ProcessBuilder(command(browser, board.address() + query))
                    .redirectOutput(dom.toFile())
                    .redirectError(log.toFile())
                    .start();
            try {
                assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the browser did not end");
            } finally {
                process.destroyForcibly();
            }
        }
        List<String> console = Files.readAllLines(log).stream()
                .filter(line -> line.contains("CONSOLE"))
                .toList();
        return new Seen(Files.readString(dom), console);
    }

    private List<String> command(String browser, String address) {
        List<String> command = new ArrayList<>(List.of(
                browser,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--user-data-dir=" + place.resolve("profile"),
                "--window-size=1280,1600",
                "--enable-logging=stderr",
                "--virtual-time-budget=" + BUDGET_MILLIS,
                "--dump-dom"));
        command.add(address);
        return command;
    }

    private static String browser() throws IOException {
        Optional<Path> found = Stream.of(
                        System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(
                found.isPresent(), "no Chromium on this machine: the page is not seen; apt install chromium");
        return found.orElseThrow().toRealPath().toString();
    }
}
