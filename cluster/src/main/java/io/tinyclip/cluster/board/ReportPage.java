package io.tinyclip.cluster.board;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.report.RunReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page that a run leaves: the live page's own parts with the run in them instead of a server behind them, in one file that asks
 * nobody for anything. Where scripts are not allowed to run, it still says what came out and what ran.
 *
 * @param record run.json as it will be
 * @param pairs of the training data
 * @param report what is drawn without scripts
 */
public record ReportPage(JsonObject record, OptionalInt pairs, RunReport report) {
    private static final String POLICY =
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:;"
                    + " style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">";
    private static final Pattern TITLE = Pattern.compile("<title>[^<]*</title>");
    private static final Pattern STYLE = Pattern.compile("<link rel=\"stylesheet\" href=\"([a-z.]+)\">");
    private static final Pattern SCRIPT = Pattern.compile("<script src=\"([a-z.]+)\" defer></script>\n");

    /**
     * Writes report.html and the pictures beside it.
     *
     * @param folder of the run, with its files of lines
     * @param now milliseconds since 1970
     */
    public void write(Path folder, long now) throws IOException {
        AtomicFile.writeText(folder.resolve("report.html"), text(folder, now));
        report.writePictures(folder);
    }

    String text(Path folder, long now) throws IOException {
        String title = "TinyCLIP " + word("command") + " " + word("name");
        OptionalLong began = RunFiles.began(folder, new GrowingLines());
        JsonArray facts = WhatRan.json(record, new WhatRan.Known(pairs, began, OptionalLong.of(now)));
        JsonObject stored = new StoredRun(folder).json(word("name"), record, facts);
        String page = replaced(TITLE, Pages.text("/"), it -> POLICY + "\n<title>" + escaped(title) + "</title>");
        page = replaced(STYLE, page, path -> "<style>\n" + Pages.text("/" + path) + "</style>");
        StringBuilder scripts =
                new StringBuilder("<!-- ").append(Pages.chartsLicence()).append("-->\n");
        page = replaced(SCRIPT, page, path -> {
            scripts.append("<script>\n").append(Pages.text("/" + path)).append("</script>\n");
            return "";
        });
        // In this order: scripts in a page run where they stand, and ask for what stands before them.
        return page.replace("<body>", "<body class=\"stored\">")
                .replace("<!-- of a report -->", withoutScripts(facts) + report.sections())
                .replace(
                        "</body>",
                        "<script type=\"application/json\" id=\"stored\">" + inPage(stored) + "</script>\n" + scripts
                                + "</body>");
    }

    private String word(String name) {
        return record.get(name).getAsString();
    }

    private String withoutScripts(JsonArray facts) {
        StringBuilder html = new StringBuilder(
                "<noscript><style>.scripted { display: none; }</style><section><h2>What came out</h2><div class=\"wide\">");
        html.append(report.htmlTable())
                .append("</div>\n<p>Curves, masks and events need scripts, which are in this file");
        html.append("; report-curves.png beside it does without.</p></section>\n<section><h2>What ran</h2><dl>");
        for (JsonElement fact : facts) {
            html.append("<dt>").append(escaped(fact.getAsJsonArray().get(0).getAsString()));
            html.append("</dt><dd>").append(escaped(fact.getAsJsonArray().get(1).getAsString()));
            html.append("</dd>\n");
        }
        return html.append("</dl></section></noscript>\n").toString();
    }

    private static String replaced(Pattern pattern, String text, UnaryOperator<String> by) {
        return pattern.matcher(text)
                .replaceAll((MatchResult found) ->
                        Matcher.quoteReplacement(by.apply(found.groupCount() == 0 ? "" : found.group(1))));
    }

    /** No text in it ends the element that it lies in. */
    private static String inPage(JsonObject json) {
        return json.toString().replace("<", "\\u003c");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
