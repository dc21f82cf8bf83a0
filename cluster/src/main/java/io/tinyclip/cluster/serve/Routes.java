package io.tinyclip.cluster.serve;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ContentTypes;
import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.MediaTypes;
import akka.http.scaladsl.model.IllegalUriException;
import com.google.gson.JsonObject;
import io.tinyclip.cluster.http.HostNames;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path and method is answered by what. */
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final String GET = "GET";
    private static final String POST = "POST";
    private static final String EMBED = "/v1/embed";
    private static final String SEARCH = "/v1/search";

    private final Served served;
    private final Limits limits;
    private final HostNames names;
    private final Computing computing;
    private final Optional<SearchRoutes> search;
    private final Admission admission;
    private final Bodies bodies;
    private final InputReader reader;
    private final Page page = Page.load();
    private final UnderWay underWay = new UnderWay();
    private volatile boolean stopping;

    Routes(ActorSystem<?> system, Server.Parts parts, Limits limits) {
        this.served = parts.served();
        this.limits = limits;
        this.names = parts.names();
        this.computing = parts.computing();
        this.search = parts.index().map(index -> new SearchRoutes(index, computing));
        this.admission = new Admission(limits.requests(), Runtime.getRuntime().maxMemory() / Server.HEAP_SHARE);
        this.bodies = new Bodies(system, limits);
        this.reader = new InputReader(system, limits);
    }

    /** From now on this server tells that it is not ready. Returns once all requests are answered, or after the limit. */
    void stop(Duration limit) {
        stopping = true;
        underWay.awaitNone(limit);
    }

    /** Answers whatever comes. */
    CompletionStage<HttpResponse> answer(HttpRequest request) {
        CompletionStage<HttpResponse> answer;
        underWay.begins();
        try {
            requireOwnName(request);
            answer = route(request);
        } catch (RuntimeException e) {
            bodies.drain(request);
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(failure -> Answers.refusal(refused(failure)))
                .whenComplete((answered, failure) -> underWay.ends());
    }

    private void requireOwnName(HttpRequest request) {
        names.foreign(request).ifPresent(name -> {
            throw Refused.because(
                    Refused.FORBIDDEN, "this server is not called [" + name + "]; start it with --known-as " + name);
        });
    }

    private CompletionStage<HttpResponse> route(HttpRequest request) {
        String path = request.getUri().path();
        boolean reads = request.method().name().equals(GET);
        if (path.equals(EMBED)) {
            require(request, POST);
            return embedded(request, embeddings -> embedding(request, embeddings));
        }
        if (path.equals(SEARCH)) {
            SearchRoutes searching = searching();
            if (!reads) {
                require(request, POST, GET + ", " + POST);
                return embedded(request, embeddings -> searching.near(request, embeddings));
            }
            bodies.drain(request);
            return searching
                    .text(request)
                    .map(text -> textSearch(request, text))
                    .orElseGet(() -> done(searching.picture(request)));
        }
        if (path.startsWith(SearchRoutes.PICTURES)) {
            require(request, GET);
            bodies.drain(request);
            return searching().file(path);
        }
        return done(plain(request, path));
    }

    private HttpResponse plain(HttpRequest request, String path) {
        Optional<HttpResponse> answer =
                switch (path) {
                    case "/" -> Optional.of(page.response());
                    case "/alive" -> Optional.of(state("alive"));
                    case "/ready" -> Optional.of(ready());
                    case "/v1/model" -> Optional.of(Answers.json(model()));
                    default -> Optional.empty();
                };
        HttpResponse found =
                answer.orElseThrow(() -> Refused.because(Refused.NOT_FOUND, "nothing is at [" + path + "]"));
        require(request, GET);
        bodies.drain(request);
        return found;
    }

    private HttpResponse ready() {
        if (stopping) {
            throw Refused.busy("the server is ending");
        }
        return state("ready");
    }

    private static HttpResponse state(String word) {
        return Answers.of(200, ContentTypes.TEXT_PLAIN_UTF8, (word + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private JsonObject model() {
        JsonObject json = new JsonObject();
        json.addProperty("model", served.name());
        json.addProperty("dimensions", served.shape().embedding());
        json.addProperty("imageSize", served.shape().image().imageSize());
        json.addProperty("contextLength", served.shape().text().contextLength());
        json.addProperty("parameters", served.parameters());
        JsonObject bounds = new JsonObject();
        bounds.addProperty("bodyBytes", limits.bodyBytes());
        bounds.addProperty("inputs", limits.inputs());
        bounds.addProperty("pixels", limits.pixels());
        bounds.addProperty("requests", limits.requests());
        bounds.addProperty("timeoutSeconds", limits.timeout().toSeconds());
        json.add("limits", bounds);
        json.addProperty("underWay", admission.taken());
        json.addProperty("waiting", computing.waiting());
        search.ifPresent(searching -> json.add("pictures", searching.progress()));
        return json;
    }

    private HttpResponse embedding(HttpRequest request, Embeddings embeddings) {
        return Answers.wantsFloats(request) ? Answers.floats(embeddings) : Answers.json(embeddings, served.name());
    }

    /** Reads a body and embeds what it holds, if there is room. */
    private CompletionStage<HttpResponse> embedded(HttpRequest request, Function<Embeddings, HttpResponse> answer) {
        Admission.Ticket ticket = enter(limits.requestBytes(bodies.size(request)));
        return bodies.read(request)
                .thenCompose(reader::read)
                .thenCompose(computing::embed)
                .thenApply(answer)
                .whenComplete((response, failure) -> ticket.leave());
    }

    private CompletionStage<HttpResponse> textSearch(HttpRequest request, String text) {
        Admission.Ticket ticket = enter(limits.requestBytes(text.length()));
        return computing
                .embed(new Inputs(List.of(text), List.of()))
                .thenApply(embeddings -> searching().near(request, embeddings))
                .whenComplete((response, failure) -> ticket.leave());
    }

    private Admission.Ticket enter(long bytes) {
        return admission
                .enter(bytes)
                .orElseThrow(() -> Refused.busy(
                        "[" + admission.taken() + "] requests are being answered already; ask again a little later"));
    }

    private SearchRoutes searching() {
        return search.orElseThrow(() -> Refused.because(
                Refused.NOT_FOUND, "no pictures are searched here; the server was started without --images"));
    }

    private static void require(HttpRequest request, String method) {
        require(request, method, method);
    }

    private static void require(HttpRequest request, String method, String allowed) {
        String asked = request.method().name();
        if (!asked.equals(method)) {
            throw Refused.method(asked, allowed);
        }
    }

    private static CompletionStage<HttpResponse> done(HttpResponse response) {
        return CompletableFuture.completedFuture(response);
    }

    private Refused refused(Throwable failure) {
        if (failure instanceof Refused refused) {
            return refused;
        }
        if (failure instanceof CompletionException && failure.getCause() != null) {
            return refused(failure.getCause());
        }
        if (failure instanceof TimeoutException) {
            return Refused.busy("not answered within " + limits.timeout().toSeconds() + " s; ask again later");
        }
        if (failure instanceof IllegalUriException) {
            return Refused.input("the address cannot be read");
        }
        LOG.error("a request failed: {}", failure.toString(), failure);
        return Refused.because(Refused.FAILED, "the server failed at this request; its log has the details");
    }

    /** A JPEG that a browser may keep. */
    static HttpResponse jpeg(byte[] bytes) {
        return Answers.of(200, MediaTypes.IMAGE_JPEG.toContentType(), bytes)
                .addHeader(HttpHeader.parse("Cache-Control", "private, max-age=3600"));
    }
}
