package io.tinyclip.cluster.serve;

import akka.http.javadsl.model.HttpHeader;
import java.util.List;

/** A request that is not answered as it wished: a status, and one line for whoever sent it. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int METHOD_NOT_ALLOWED = 405;
    static final int TOO_SLOW = 408;
    static final int TOO_LARGE = 413;
    static final int UNSUPPORTED_TYPE = 415;
    static final int FAILED = 500;
    static final int BUSY = 503;

    private final int status;
    private final transient List<HttpHeader> headers;

    private Refused(int status, String line, List<HttpHeader> headers) {
        super(line, null, false, false);
        this.status = status;
        this.headers = List.copyOf(headers);
    }

    static Refused because(int status, String line) {
        return new Refused(status, line, List.of());
    }

    /** Something in the request cannot be used. */
    static Refused input(String line) {
        return because(BAD_REQUEST, line);
    }

    /** It may be asked again a little later. */
    static Refused busy(String line) {
        return new Refused(BUSY, line, List.of(HttpHeader.parse("Retry-After", "1")));
    }

    static Refused method(String asked, String allowed) {
        return new Refused(
                METHOD_NOT_ALLOWED,
                "method [" + asked + "] is not for this path; use " + allowed,
                List.of(HttpHeader.parse("Allow", allowed)));
    }

    int status() {
        return status;
    }

    List<HttpHeader> headers() {
        return headers;
    }
}
