package io.tinyclip.cluster.board;

import com.google.gson.JsonElement;
import java.nio.charset.StandardCharsets;

/**
 * What is answered to a request.
 *
 * @param status of HTTP
 */
record Answer(int status, Kind kind, byte[] content) {
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;

    /** Of the content; texts are UTF-8. */
    enum Kind {
        JSON,
        HTML,
        CSS,
        SCRIPT,
        TEXT,
        PNG
    }

    static Answer json(JsonElement json) {
        return of(Kind.JSON, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    static Answer of(Kind kind, byte[] content) {
        return new Answer(OK, kind, content);
    }

    static Answer text(int status, String text) {
        return new Answer(status, Kind.TEXT, (text + "\n").getBytes(StandardCharsets.UTF_8));
    }

    static Answer notFound() {
        return text(NOT_FOUND, "nothing is here");
    }
}
