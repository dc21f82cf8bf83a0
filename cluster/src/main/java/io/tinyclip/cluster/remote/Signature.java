package io.tinyclip.cluster.remote;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * AWS Signature Version 4 of requests to S3, as Amazon's "Signature Calculations for the Authorization Header" has it.
 * The path and query of an address must be encoded as S3 wants them, see {@link #encoded}.
 */
final class Signature {
    private static final String ALGORITHM = "AWS4-HMAC-SHA256";
    private static final String HMAC = "HmacSHA256";
    private static final String SERVICE = "s3";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int DATE_LETTERS = 8;
    /** Of no bytes. */
    static final String EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    private Signature() {}

    /**
     * What is asked for.
     *
     * @param method such as GET
     * @param hash SHA-256 of what is sent, in hex
     */
    record Asked(String method, URI uri, String hash) {
        static Asked get(URI uri) {
            return new Asked("GET", uri, EMPTY);
        }
    }

    /**
     * The headers that sign a request to GET.
     *
     * @param more headers that are signed, too, such as a range
     */
    static Map<String, String> headers(
            URI uri, String region, AwsCredentials credentials, Instant now, Map<String, String> more) {
        return headers(Asked.get(uri), region, credentials, now, more);
    }

    /** The headers that sign a request. */
    static Map<String, String> headers(
            Asked asked, String region, AwsCredentials credentials, Instant now, Map<String, String> more) {
        URI uri = asked.uri;
        String time = TIME.format(now);
        SortedMap<String, String> signed = new TreeMap<>();
        more.forEach((name, value) -> signed.put(name.toLowerCase(Locale.ROOT), value.strip()));
        signed.put("host", host(uri));
        signed.put("x-amz-content-sha256", asked.hash);
        signed.put("x-amz-date", time);
        credentials.token().ifPresent(token -> signed.put("x-amz-security-token", token));
        String names = String.join(";", signed.keySet());
        String canonical = String.join(
                "\n",
                asked.method,
                uri.getRawPath().isEmpty() ? "/" : uri.getRawPath(),
                uri.getRawQuery() == null ? "" : uri.getRawQuery(),
                signed.entrySet().stream()
                        .map(header -> header.getKey() + ":" + header.getValue() + "\n")
                        .collect(Collectors.joining()),
                names,
                asked.hash);
        String scope = time.substring(0, DATE_LETTERS) + "/" + region + "/" + SERVICE + "/aws4_request";
        String toSign = String.join("\n", ALGORITHM, time, scope, hash(canonical));
        String signature = HexFormat.of().formatHex(hmac(key(credentials.secret(), scope), toSign));
        Map<String, String> headers = new TreeMap<>(signed);
        headers.remove("host"); // the client says it by itself
        headers.put(
                "Authorization",
                ALGORITHM + " Credential=" + credentials.key() + "/" + scope + ", SignedHeaders=" + names
                        + ", Signature=" + signature);
        return headers;
    }

    /** As S3 wants a key in a path, where slashes stay, or a value in a query, where they do not. */
    static String encoded(String text, boolean path) {
        StringBuilder encoded = new StringBuilder();
        for (byte each : text.getBytes(StandardCharsets.UTF_8)) {
            char letter = (char) (each & 0xff);
            boolean plain = letter < 0x80 && (Character.isLetterOrDigit(letter) || "-._~".indexOf(letter) >= 0);
            if (plain || (path && letter == '/')) {
                encoded.append(letter);
            } else {
                encoded.append(String.format(Locale.ROOT, "%%%02X", each & 0xff));
            }
        }
        return encoded.toString();
    }

    private static String host(URI uri) {
        int usual = uri.getScheme().equals("https") ? 443 : 80;
        boolean said = uri.getPort() >= 0 && uri.getPort() != usual;
        return said ? uri.getHost() + ":" + uri.getPort() : uri.getHost();
    }

    private static byte[] key(String secret, String scope) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/")) {
            key = hmac(key, part);
        }
        return key;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key, HMAC));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
