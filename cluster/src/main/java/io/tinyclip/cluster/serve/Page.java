package io.tinyclip.cluster.serve;

import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpResponse;
import io.tinyclip.resource.Resource;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** The page for people. It has all it needs in itself, and its browser is told to run and load nothing else. */
final class Page {
    private static final String FILE = "search.html";

    private final byte[] html;
    private final HttpHeader policy;

    private Page(String html) {
        this.html = html.getBytes(StandardCharsets.UTF_8);
        this.policy = HttpHeader.parse(
                "Content-Security-Policy",
                "default-src 'none'; connect-src 'self'; img-src 'self' blob: data:; script-src '"
                        + hash(inside(html, "script")) + "'; style-src '" + hash(inside(html, "style"))
                        + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    }

    static Page load() {
        return new Page(Resource.text(Page.class, FILE));
    }

    HttpResponse response() {
        return Answers.of(200, ContentTypes.TEXT_HTML_UTF8, html).addHeader(policy);
    }

    private static String inside(String html, String tag) {
        String open = "<" + tag + ">";
        return html.substring(html.indexOf(open) + open.length(), html.indexOf("</" + tag + ">"));
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return "sha256-" + Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
