package io.tinyclip.cluster.board;

import akka.actor.ActorSystem;
import akka.http.javadsl.model.ContentType;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpCharsets;
import akka.http.javadsl.model.HttpEntities;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.scaladsl.model.IllegalUriException;
import io.tinyclip.cluster.http.HostNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP around {@link BoardAnswers}: methods, hosts, headers, compression. On loopback a request must name this machine as its host,
 * so that no page of somebody else reads here under a name of its own.
 */
final class BoardRequests {
    private static final Logger LOG = LoggerFactory.getLogger(BoardRequests.class);

    /** Bytes below which compression costs more than it saves. */
    private static final int WORTH_COMPRESSING = 1_000;

    private static final int BAD_REQUEST = 400;
    private static final int FORBIDDEN = 403;
    private static final int NOT_ALLOWED = 405;
    private static final int FAILED = 500;
    private static final int BUSY = 503;

    private static final List<HttpHeader> HEADERS = List.of(
            RawHeader.create(
                    "Content-Security-Policy",
                    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline';"
                            + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
            RawHeader.create("X-Content-Type-Options", "nosniff"),
            RawHeader.create("Referrer-Policy", "no-referrer"),
            RawHeader.create("Cache-Control", "no-store"));

    private final BoardAnswers answers;
    private final ActorSystem system;
    private final Executor reading;
    private final HostNames names;

    BoardRequests(BoardAnswers answers, ActorSystem system, Executor reading, HostNames names) {
        this.answers = answers;
        this.system = system;
        this.reading = reading;
        this.names = names;
    }

    CompletionStage<HttpResponse> answer(HttpRequest request) {
        request.discardEntityBytes(system);
        boolean head = request.method().equals(HttpMethods.HEAD);
        if (!head && !request.method().equals(HttpMethods.GET)) {
            return CompletableFuture.completedStage(response(Answer.text(NOT_ALLOWED, "only GET"), false));
        }
        if (names.foreign(request).isPresent()) {
            return CompletableFuture.completedStage(response(
                    Answer.text(FORBIDDEN, "ask for localhost or 127.0.0.1: this page is this machine's"), false));
        }
        boolean compressed = request.getHeader("Accept-Encoding")
                .filter(header -> header.value().contains("gzip"))
                .isPresent();
        try {
            return CompletableFuture.supplyAsync(() -> response(read(request), compressed), reading);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(response(Answer.text(BUSY, "too many ask at once"), false));
        }
    }

    private Answer read(HttpRequest request) {
        try {
            return answers.at(request.getUri().path(), request.getUri().query().toMap());
        } catch (IllegalUriException e) {
            return Answer.text(BAD_REQUEST, "the address cannot be read");
        } catch (IOException | RuntimeException e) {
            LOG.info("[{}] cannot be answered", request.getUri().path(), e);
            return Answer.text(FAILED, "cannot be read now: " + e.getMessage());
        }
    }

    private static HttpResponse response(Answer answer, boolean compressed) {
        List<HttpHeader> headers = new ArrayList<>(HEADERS);
        byte[] content = answer.content();
        if (compressed && answer.kind() != Answer.Kind.PNG && content.length > WORTH_COMPRESSING) {
            headers.add(RawHeader.create("Content-Encoding", "gzip"));
            content = gzip(content);
        }
        return HttpResponse.create()
                .withStatus(answer.status())
                .withHeaders(headers)
                .withEntity(HttpEntities.create(type(answer.kind()), content));
    }

    private static ContentType type(Answer.Kind kind) {
        return switch (kind) {
            case JSON -> ContentTypes.APPLICATION_JSON;
            case HTML -> ContentTypes.TEXT_HTML_UTF8;
            case TEXT -> ContentTypes.TEXT_PLAIN_UTF8;
            case CSS -> MediaTypes.TEXT_CSS.toContentType(HttpCharsets.UTF_8);
            case SCRIPT -> MediaTypes.APPLICATION_JAVASCRIPT.toContentType(HttpCharsets.UTF_8);
            case PNG -> MediaTypes.IMAGE_PNG.toContentType();
        };
    }

    private static byte[] gzip(byte[] content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4);
        try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
            zip.write(content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }
}
