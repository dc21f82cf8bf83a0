package io.tinyclip.cluster.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** What the page itself is made of. It is in the jar: nothing is fetched from elsewhere. */
final class Pages {
    private static final String CHARTS_HOME = "/META-INF/resources/webjars/uplot/1.6.30/";
    private static final String CHARTS = CHARTS_HOME + "dist/";
    private static final String OWN = "/board/";

    private static final Map<String, String> FILES = Map.of(
            "/", OWN + "board.html",
            "/board.css", OWN + "board.css",
            "/board.js", OWN + "board.js",
            "/charts.js", OWN + "charts.js",
            "/masks.js", OWN + "masks.js",
            "/points.js", OWN + "points.js",
            "/shown.js", OWN + "shown.js",
            "/uplot.js", CHARTS + "uPlot.iife.min.js",
            "/uplot.css", CHARTS + "uPlot.min.css");

    private Pages() {}

    /** Empty where the path is none of theirs. */
    static Optional<Answer> at(String path) {
        return Optional.ofNullable(FILES.get(path)).map(Pages::read);
    }

    /** What is served at a path of theirs, as text. */
    static String text(String path) {
        String name = Optional.ofNullable(FILES.get(path))
                .orElseThrow(() -> new IllegalArgumentException("[" + path + "] is no part of the page"));
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /** The licence of what draws the charts, which goes with it wherever it goes. */
    static String chartsLicence() {
        return new String(bytes(CHARTS_HOME + "LICENSE"), StandardCharsets.UTF_8);
    }

    private static Answer read(String name) {
        return Answer.of(kind(name), bytes(name));
    }

    private static byte[] bytes(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("[" + name + "] is not in the jar");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer.Kind kind(String name) {
        if (name.endsWith(".css")) {
            return Answer.Kind.CSS;
        }
        return name.endsWith(".js") ? Answer.Kind.SCRIPT : Answer.Kind.HTML;
    }
}
