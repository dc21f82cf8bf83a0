package io.tinyclip.cluster.machine;

import io.tinyclip.cluster.settings.NoticeSettings;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What a provider's metadata service says about this machine's end. It is asked directly, through no proxy, and is not waited
 * for longer than the limit.
 */
final class NoticeUrl {
    private static final int MOST_BYTES = 1 << 16;
    private static final int OK = 200;
    private static final int NONE = 404;

    /** How Amazon's service hands out tokens, and wants them shown. */
    private static final String TOKEN = "X-aws-ec2-metadata-token";

    private static final String TOKEN_SECONDS = "21600";

    private final NoticeSettings.Source source;
    private final Duration limit;
    private final HttpClient client;
    private Optional<String> token = Optional.empty();

    /** @param limit of each question */
    NoticeUrl(NoticeSettings.Source source, Duration limit) {
        this.source = source;
        this.limit = limit;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(limit)
                .build();
    }

    /** What an answer says. */
    sealed interface Said {
        /** @param line what was answered */
        record Notice(String line) implements Said {}

        record Nothing() implements Said {}

        /** @param line why nothing is known */
        record Trouble(String line) implements Said {}
    }

    private record Answer(int status, String body) {}

    /** Waits for an answer, within limits. */
    Said ask() throws InterruptedException {
        try {
            if (token.isEmpty() && source.tokens().isPresent()) {
                Answer fresh = answer(tokenRequest(source.tokens().get()));
                if (fresh.status != OK) {
                    return trouble(source.tokens().get(), "answers with status [" + fresh.status + "]");
                }
                token = Optional.of(fresh.body.strip());
            }
            return meaning(answer(request()));
        } catch (ExecutionException | TimeoutException | IllegalArgumentException e) {
            return trouble(source.url(), "gives no answer (" + (e.getCause() == null ? e : e.getCause()) + ")");
        }
    }

    private Said meaning(Answer answer) {
        if (answer.status == OK) {
            String body = answer.body.strip().replaceAll("\\s+", " ");
            return answer.body.contains(source.body())
                    ? new Said.Notice("[" + source.url() + "] says [" + body + "]")
                    : new Said.Nothing();
        }
        if (answer.status == NONE) {
            return new Said.Nothing();
        }
        // It may have grown old: the next question comes with a new one.
        token = Optional.empty();
        return trouble(source.url(), "answers with status [" + answer.status + "]");
    }

    private static Said trouble(URI url, String what) {
        return new Said.Trouble("[" + url + "] " + what
                + ": no notice can come from it; check tinyclip.notice.url, header and token-url");
    }

    private HttpRequest request() {
        HttpRequest.Builder request = HttpRequest.newBuilder(source.url()).timeout(limit);
        source.header().ifPresent(header -> request.header(header.name(), header.value()));
        token.ifPresent(value -> request.header(TOKEN, value));
        return request.build();
    }

    private HttpRequest tokenRequest(URI url) {
        return HttpRequest.newBuilder(url)
                .timeout(limit)
                .header(TOKEN + "-ttl-seconds", TOKEN_SECONDS)
                .PUT(BodyPublishers.noBody())
                .build();
    }

    /** The request's own limit ends with the headers; an answer that never ends is given up as well. */
    private Answer answer(HttpRequest request) throws InterruptedException, ExecutionException, TimeoutException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        CompletableFuture<HttpResponse<Void>> asked = client.sendAsync(
                request,
                BodyHandlers.ofByteArrayConsumer(part -> part.ifPresent(bytes -> {
                    if (body.size() + bytes.length > MOST_BYTES) {
                        throw new IllegalStateException("more than [" + MOST_BYTES + "] bytes");
                    }
                    body.writeBytes(bytes);
                })));
        try {
            int status = asked.get(limit.toMillis(), TimeUnit.MILLISECONDS).statusCode();
            return new Answer(status, body.toString(StandardCharsets.UTF_8));
        } finally {
            asked.cancel(true);
        }
    }
}
