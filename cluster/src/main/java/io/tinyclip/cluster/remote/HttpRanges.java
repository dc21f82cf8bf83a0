package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.remote.Requests.Answer;
import io.tinyclip.cluster.settings.StorageSettings;
import io.tinyclip.storage.ChangedBlobException;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads ranges of what lies at places, and asks again where that may help, from the byte that was reached on. What has changed
 * since it was found is refused: by its ETag, or where there is none by the time of its change, and by its size.
 */
final class HttpRanges {
    private static final int OK = 200;
    private static final int PARTIAL = 206;
    private static final int CHANGED = 412;
    private static final int BEYOND = 416;

    /** Of a server without ranges, which sends all of it each time. */
    private static final int MOST_WHOLE = 1 << 24;

    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");
    private static final Pattern NEXT = Pattern.compile("<([^<>]{1,4096})>;\\s*rel=\"?next\"?");

    private final Requests requests;
    private final Attempts attempts;

    HttpRanges(Requests requests, StorageSettings.Retries retries, Patience.Waiting waiting) {
        this.requests = requests;
        this.attempts = new Attempts(retries, waiting);
    }

    /**
     * What lies at a place.
     *
     * @param size bytes
     * @param version its ETag, else the time of its change, else empty
     * @param condition headers by which its own server refuses what is another version
     * @param ranges whether parts of it can be had
     */
    record Found(long size, String version, Map<String, String> condition, boolean ranges) {}

    /** Asks for a first byte: a signature for GET opens no HEAD. */
    Found find(Place place) throws IOException {
        ByteBuffer first = ByteBuffer.allocate(1);
        Answer answer = answered(place, Map.of("Range", "bytes=0-0"), head -> {
            first.clear();
            return head.status() == PARTIAL ? Optional.of(first) : Optional.empty();
        });
        // There is no first byte; not every store adds how many there are.
        if (answer.status() == BEYOND) {
            return new Found(0, version(answer), Map.of(), true);
        }
        if (answer.status() == OK) {
            OptionalLong length = answer.headers().firstValueAsLong("Content-Length");
            ByteBuffer all = whole(place, MOST_WHOLE, length);
            return new Found(all.remaining(), version(answer), Map.of(), false);
        }
        Matcher range = RANGE.matcher(answer.header("Content-Range").orElse(""));
        if (answer.status() != PARTIAL || !range.matches()) {
            throw Refusal.of(place, answer.status(), answer.text());
        }
        return new Found(Long.parseLong(range.group(3)), version(answer), condition(answer), true);
    }

    /** Fills what remains of a buffer. */
    void read(Place place, Found found, long offset, ByteBuffer into) throws IOException {
        if (offset + into.remaining() > found.size()) {
            throw new EOFException("[" + place.location() + "] ends at byte " + found.size());
        }
        if (!found.ranges()) {
            ByteBuffer all = whole(place, MOST_WHOLE, OptionalLong.of(found.size()));
            if (all.remaining() != found.size()) {
                throw new ChangedBlobException(place.location(), found.size() + " bytes", all.remaining() + " bytes");
            }
            into.put(all.slice((int) offset, into.remaining()));
            return;
        }
        long start = offset - into.position();
        if (into.hasRemaining()) {
            attempts.until(patience -> {
                int before = into.position();
                try {
                    part(place, found, start + before, into);
                } finally {
                    patience.received(into.position() - before);
                }
                if (into.hasRemaining()) {
                    throw new IOException("[" + place.location() + "] was cut at byte " + (start + into.position()));
                }
                return true;
            });
        }
    }

    /**
     * A small answer, such as a list.
     *
     * @param next where the list goes on
     */
    record Page(String text, Optional<URI> next) {}

    /** All of a small answer. */
    Page page(Place place, int most) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(most);
        Answer answer = whole(place, all);
        if (!all.hasRemaining()) {
            throw new RefusedException(
                    "[" + place.location() + "] has more than " + most + " bytes, which are not read");
        }
        Matcher next = NEXT.matcher(answer.header("Link").orElse(""));
        String text = StandardCharsets.UTF_8.decode(all.flip()).toString();
        return new Page(text, next.find() ? Optional.of(place.uri().resolve(next.group(1))) : Optional.empty());
    }

    private void part(Place place, Found found, long at, ByteBuffer into) throws IOException {
        Map<String, String> headers = new HashMap<>(found.condition());
        headers.put("Range", "bytes=" + at + "-" + (at + into.remaining() - 1));
        Answer answer =
                requests.ask(place, headers, head -> isPart(head, found, at) ? Optional.of(into) : Optional.empty());
        if (isPart(answer, found, at)) {
            return;
        }
        if (Refusal.passes(answer.status())) {
            throw new BusyException(place, answer);
        }
        boolean other = answer.status() == PARTIAL && !version(answer).equals(found.version());
        if (other || answer.status() == CHANGED || answer.status() == BEYOND || sizeDiffers(answer, found)) {
            throw new ChangedBlobException(place.location(), said(found.version(), found.size()), version(answer));
        }
        if (answer.status() == PARTIAL) {
            throw new RefusedException("[" + place.location() + "] was asked for bytes from " + at + " on and sends ["
                    + answer.header("Content-Range").orElse("") + "]");
        }
        if (answer.status() == OK) {
            throw new RefusedException("[" + place.location() + "] gives no ranges any more");
        }
        throw Refusal.of(place, answer.status(), answer.text());
    }

    private static String said(String version, long size) {
        return version.isEmpty() ? size + " bytes" : version;
    }

    private static boolean isPart(Answer answer, Found found, long at) {
        Matcher range = RANGE.matcher(answer.header("Content-Range").orElse(""));
        return answer.status() == PARTIAL
                && range.matches()
                && Long.parseLong(range.group(1)) == at
                && Long.parseLong(range.group(3)) == found.size()
                && version(answer).equals(found.version());
    }

    private static boolean sizeDiffers(Answer answer, Found found) {
        Matcher range = RANGE.matcher(answer.header("Content-Range").orElse(""));
        return range.matches() && Long.parseLong(range.group(3)) != found.size();
    }

    /** @return its bytes, from position to limit */
    private ByteBuffer whole(Place place, int most, OptionalLong expected) throws IOException {
        if (expected.orElse(0) > most) {
            throw new RefusedException("[" + place.location() + "] comes from a server without range requests, and has "
                    + expected.getAsLong() + " bytes; such a server is asked for " + most
                    + " bytes at the most: fetch it, and name the file");
        }
        ByteBuffer all = ByteBuffer.allocate((int) Math.max(1, expected.orElse(most)));
        whole(place, all);
        if (expected.isEmpty() && all.position() == most) {
            throw new RefusedException(
                    "[" + place.location() + "] has more than " + most + " bytes, which are not read");
        }
        return all.flip();
    }

    private Answer whole(Place place, ByteBuffer all) throws IOException {
        Answer answer = answered(place, Map.of(), head -> {
            all.clear();
            return head.status() == OK ? Optional.of(all) : Optional.empty();
        });
        if (answer.status() != OK) {
            throw Refusal.of(place, answer.status(), answer.text());
        }
        return answer;
    }

    /** An answer that is worth a look, patiently. */
    private Answer answered(Place place, Map<String, String> headers, Requests.Target target) throws IOException {
        return attempts.until(patience -> {
            Answer answer = requests.ask(place, headers, target);
            if (Refusal.passes(answer.status())) {
                throw new BusyException(place, answer);
            }
            return answer;
        });
    }

    private static String version(Answer answer) {
        return answer.header("ETag").or(() -> answer.header("Last-Modified")).orElse("");
    }

    /** A server that redirects knows nothing of the version that another one told. */
    private static Map<String, String> condition(Answer answer) {
        Optional<String> strong = answer.header("ETag").filter(tag -> tag.startsWith("\""));
        if (answer.moved()) {
            return Map.of();
        }
        if (strong.isPresent()) {
            return Map.of("If-Match", strong.get());
        }
        return answer.header("Last-Modified")
                .map(time -> Map.of("If-Unmodified-Since", time))
                .orElseGet(Map::of);
    }
}
