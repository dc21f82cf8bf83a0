package io.tinyclip.cluster.serve;

import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.HttpEntity;
import akka.http.javadsl.model.HttpRequest;
import akka.http.scaladsl.model.EntityStreamSizeException;
import akka.stream.javadsl.Sink;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Reads the bodies of requests, up to what is allowed. */
final class Bodies {
    /** How much more than allowed is read and thrown away, so that its sender comes to read the refusal. */
    private static final int DRAINED = 4;

    private final ActorSystem<?> system;
    private final Limits limits;

    Bodies(ActorSystem<?> system, Limits limits) {
        this.system = system;
        this.limits = limits;
    }

    /**
     * Bytes that a body has, or may have.
     *
     * @throws Refused if they are too many
     */
    long size(HttpRequest request) {
        long size = request.entity().getContentLengthOption().orElse(limits.bodyBytes());
        if (size > limits.bodyBytes()) {
            throw tooLarge("[" + size + "] bytes");
        }
        return size;
    }

    /** @return fails with {@link Refused} if it is too large, or does not come in time */
    CompletionStage<HttpEntity.Strict> read(HttpRequest request) {
        return request.entity()
                .toStrict(limits.timeout().toMillis(), limits.bodyBytes(), system)
                .handle((body, failure) -> {
                    if (failure == null) {
                        return body;
                    }
                    throw refusal(
                            failure instanceof CompletionException && failure.getCause() != null
                                    ? failure.getCause()
                                    : failure);
                });
    }

    /** Reads a body that nobody wants, within bounds. */
    void drain(HttpRequest request) {
        request.entity()
                .withoutSizeLimit()
                .getDataBytes()
                .limitWeighted((long) DRAINED * limits.bodyBytes(), bytes -> (long) bytes.size())
                .takeWithin(limits.timeout())
                .runWith(Sink.ignore(), system);
    }

    private Refused refusal(Throwable failure) {
        if (failure instanceof EntityStreamSizeException) {
            return tooLarge("more");
        }
        return failure instanceof TimeoutException
                ? Refused.because(
                        Refused.TOO_SLOW,
                        "the body did not come within " + limits.timeout().toSeconds() + " s")
                : Refused.input("the body broke off");
    }

    private Refused tooLarge(String size) {
        return Refused.because(
                Refused.TOO_LARGE,
                "the body has " + size + ", at most " + limits.bodyBytes() + " bytes are read; send fewer inputs");
    }
}
