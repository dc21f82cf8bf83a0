package io.tinyclip.cluster.board;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** What the page itself is made of. It is in the jar: nothing is fetched from elsewhere. */
final class Pages {
    private static final String CHARTS = "/META-INF/resources/webjars/uplot/1.6.30/dist/";
    private static final String OWN = "/board/";

    private static final Map<String, String> FILES = Map.of(
            "/", OWN + "board.html",
            "/board.css", OWN + "board.css",
            "/board.js", OWN + "board.js",
            "/charts.js", OWN + "charts.js",
            "/masks.js", OWN + "masks.js",
            "/uplot.js", CHARTS + "uPlot.iife.min.js",
            "/uplot.css", CHARTS + "uPlot.min.css");

    private Pages() {}

    /** Empty where the path is none of theirs. */
    static Optional<Answer> at(String path) {
        return Optional.ofNullable(FILES.get(path)).map(Pages::read);
    }

    private static Answer read(String name) {
        try (InputStream in = Pages.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("[" + name + "] is not in the jar");
            }
            return Answer.of(kind(name), in.readAllBytes());
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
