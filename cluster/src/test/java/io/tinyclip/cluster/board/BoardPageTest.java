package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.console.NoProgress;
import io.tinyclip.cluster.settings.HttpPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, where this machine has one. */
final class BoardPageTest {
    @TempDir
    Path place;

    @Test
    void aFinishedRunShowsCurvesMasksFiguresAndEventsAndNothingIsOnTheConsole() throws Exception {
        RecordedRun.write(place.resolve("runs/a"), 40, true);
        Browser.Seen page = seen(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty(), "");
        assertEquals(List.of(), page.console());
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
        page.requires("<tr><th>model</th><th>image M</th><th>text M</th><th>in all M</th><th>MMACs</th><th>r@1 %</th>"
                + "<th>sparsity</th><th>time</th></tr>");
        page.requires(
                "<td>trained model</td><td>1.00</td><td>0.50</td><td>4.50</td><td>2.0</td><td>25.0</td><td>0.240</td>");
        page.requires("<dt>stage 1</dt><dd>keeps 75 %, 20 steps with masks, 20 steps after the cut</dd>");
    }

    @Test
    void aRunningRunShowsWhereItIsAndRunsStandSideBySide() throws Exception {
        RecordedRun.write(place.resolve("runs/a"), 40, true);
        Path own = RecordedRun.write(place.resolve("runs/b"), 6, false);
        LiveRun live = new LiveRun();
        live.heard(new NoProgress()).begin("stage 1 of 1, inherit", 3, 2);
        Browser.Seen page = seen(RunFolders.around(own), Optional.of(live), "?run=b&run=a");
        assertEquals(List.of(), page.console());
        page.requires("<strong id=\"task\">stage 1 of 1, inherit: 2 of 3</strong>");
        page.requires("6 of 6 steps of the whole run");
        page.requires("data-series=\"loss\" data-points=\"40\"");
        assertEquals(2, page.count("type=\"checkbox\"><i style=\"background"), "both runs have their colour");
    }

    @Test
    void aRunThatHasWrittenNothingYetShowsItsTaskAndNotItsNeighbour() throws Exception {
        RecordedRun.write(place.resolve("runs/a"), 40, true);
        LiveRun live = new LiveRun();
        live.heard(new NoProgress()).begin("indexing tars", 10_000, 250);
        Path own = Files.createDirectories(place.resolve("runs/own"));
        Browser.Seen page = seen(RunFolders.around(own), Optional.of(live), "");
        assertEquals(List.of(), page.console());
        page.requires("<strong id=\"task\">indexing tars: 250 of 10000</strong>");
        page.requires("<h1 id=\"title\">own</h1>");
    }

    @Test
    void aPageWithoutAnyRunShowsWhatThisProcessDoes() throws Exception {
        LiveRun live = new LiveRun();
        live.heard(new NoProgress()).begin("fetching the teacher", 1, 0);
        Browser.Seen page = seen(RunFolders.around(place.resolve("none/own")), Optional.of(live), "");
        assertEquals(List.of(), page.console());
        page.requires("<strong id=\"task\">fetching the teacher</strong>");
        page.requires("class=\"bar busy\"");
    }

    @Test
    void whatWasJudgedHasTheTeachersLevelBesideIt() throws Exception {
        Path run = RecordedRun.write(place.resolve("runs/a"), 40, true);
        RecordedRun.judge(run, 10);
        RecordedRun.record(run, "evaluation", "{\"teacher\":{\"metrics\":{\"ten <b>.acc1\":0.625}}}");
        Browser.Seen page = seen(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty(), "");
        assertEquals(List.of(), page.console());
        page.requires("<b>0.4 / 0.625  at step 39</b>");
    }

    @Test
    void whatWasJudgedIsACurveOfItsOwnAndDisturbsNoStep() throws Exception {
        Path run = RecordedRun.write(place.resolve("runs/a"), 40, true);
        RecordedRun.judge(run, 10);
        Browser.Seen page = seen(new RunFolders(place.resolve("runs"), Optional.empty()), Optional.empty(), "");
        assertEquals(List.of(), page.console());
        page.requires("data-series=\"loss\" data-points=\"40\"");
        page.requires("40 of 40 steps of the whole run");
        page.requires("data-points=\"4\"><h3><b>0.4  at step 39</b>");
        page.requires(">judged.ten &lt;b&gt;.acc1</button>");
        assertEquals(0, page.count("data-series=\"judged.(seconds|computing)"), "no figures of the student");
    }

    private Browser.Seen seen(RunFolders folders, Optional<LiveRun> live, String query) throws Exception {
        try (Board board = Board.open(new HttpPlace(true, "127.0.0.1", 0), folders, live)) {
            return new Browser(place).open(board.address() + query);
        }
    }
}
