package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertTrue;

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

/**
 * A real browser, where this machine has one: Debian's package is chromium.
 *
 * @param folder for what it writes
 */
record Browser(Path folder) {
    private static final List<String> NAMES = List.of("chromium", "chromium-browser", "google-chrome");
    private static final int SECONDS = 120;

    /** Simulated, so that what a page waits for has come; the browser's own clock. */
    private static final String BUDGET_MILLIS = "15000";

    /**
     * What the browser made of a page.
     *
     * @param console what its scripts complained of
     */
    record Seen(String dom, List<String> console) {
        void requires(String part) {
            assertTrue(dom.contains(part), () -> "[" + part + "] is not in " + dom);
        }

        int count(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(dom);
            return (int) matcher.results().count();
        }
    }

    /** Opens a page at an address, and ends. The test is left out where there is no browser. */
    Seen open(String address) throws Exception {
        Path dom = folder.resolve("dom.html");
        Path log = folder.resolve("log.txt");
        Process process = new ProcessBuilder(command(executable(), address))
                .redirectOutput(dom.toFile())
                .redirectError(log.toFile())
                .start();
        try {
            assertTrue(process.waitFor(SECONDS, TimeUnit.SECONDS), "the browser did not end");
        } finally {
            process.destroyForcibly();
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
                "--user-data-dir=" + folder.resolve("profile"),
                "--window-size=1280,1600",
                "--enable-logging=stderr",
                "--virtual-time-budget=" + BUDGET_MILLIS,
                "--dump-dom"));
        command.add(address);
        return command;
    }

    private static String executable() throws IOException {
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
