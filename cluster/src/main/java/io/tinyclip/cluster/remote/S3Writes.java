package io.tinyclip.cluster.remote;

import io.tinyclip.cluster.remote.Requests.Answer;
import io.tinyclip.cluster.remote.Requests.Sent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Changes what lies in a store that speaks S3: one request, patiently. The store compares what arrives with its hashes. */
final class S3Writes {
    private static final int CONFLICT = 409;
    private static final int REDIRECTED = 300;
    private static final int REFUSED = 400;
    /** What a store says where bytes came too slowly, not all, or damaged. */
    private static final Pattern GARBLED = Pattern.compile(
            "<Code>(RequestTimeout|IncompleteBody|BadDigest|XAmzContentSHA256Mismatch|XAmzContentChecksumMismatch)</Code>");

    private static final Runnable ALWAYS = () -> {};

    private final S3Places places;
    private final Requests requests;
    private final Attempts attempts;

    S3Writes(S3Places places, Requests requests, Attempts attempts) {
        this.places = places;
        this.requests = requests;
        this.attempts = attempts;
    }

    /**
     * One request.
     *
     * @param query as it stands in the address, in order of names; empty for none
     * @param more headers
     */
    record Change(String method, String location, String query, Map<String, String> more) {
        static Change of(String method, String location) {
            return new Change(method, location, "", Map.of());
        }
    }

    Answer make(Change change, ByteBuffer bytes) throws IOException {
        return make(change, bytes, ALWAYS);
    }

    /**
     * Makes a change, once or more than once.
     *
     * @param allowed is asked before each attempt
     * @return whatever is said but that it can't be done now
     * @throws IOException if nobody knows whether it was made
     */
    Answer make(Change change, ByteBuffer bytes, Runnable allowed) throws IOException {
        Map<String, String> hashed = new TreeMap<>(change.more);
        if (bytes.hasRemaining()) {
            hashed.put("content-md5", Base64.getEncoder().encodeToString(digest("MD5", bytes)));
        }
        String hash = bytes.hasRemaining() ? HexFormat.of().formatHex(digest("SHA-256", bytes)) : Signature.EMPTY;
        Place place = places.place(change.location, change.query);
        return attempts.until(patience -> {
            allowed.run();
            Map<String, String> headers = places.headers(new Signature.Asked(change.method, place.uri(), hash), hashed);
            Answer answer = requests.send(place, new Sent(change.method, headers, bytes));
            if (mayPass(answer)) {
                throw new BusyException(place, answer);
            }
            if (answer.status() >= REDIRECTED && answer.status() < REFUSED) {
                throw new RefusedException("[" + place.location() + "] answers with status " + answer.status()
                        + ": the bucket is elsewhere; set tinyclip.storage.s3.region or endpoint");
            }
            return answer;
        });
    }

    /**
     * Of two changes at the same time a store may turn one away; and it may send the head of a good answer before it knows how a
     * change ends.
     */
    private static boolean mayPass(Answer answer) {
        boolean failed = answer.status() < REDIRECTED && answer.text().contains("<Error>");
        boolean garbled =
                answer.status() == REFUSED && GARBLED.matcher(answer.text()).find();
        return failed || garbled || Refusal.passes(answer.status()) || answer.status() == CONFLICT;
    }

    /** @throws IOException unless it was done */
    Answer requireDone(Change change, Answer answer) throws IOException {
        if (answer.status() >= REDIRECTED) {
            throw Refusal.of(places.place(change.location, change.query), answer.status(), answer.text());
        }
        return answer;
    }

    private static byte[] digest(String algorithm, ByteBuffer bytes) {
        try {
            MessageDigest digest = MessageDigest.getInstance(algorithm);
            digest.update(bytes.duplicate());
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + algorithm, e);
        }
    }
}
