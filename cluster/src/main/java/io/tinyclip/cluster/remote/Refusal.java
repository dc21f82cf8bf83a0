package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an answer means that gives no bytes. */
final class Refusal {
    static final int BUSY = 429;
    private static final int TIMED_OUT = 408;
    private static final int UNAUTHORIZED = 401;
    private static final int FORBIDDEN = 403;
    private static final int MISSING = 404;
    private static final int GONE = 410;
    private static final int SERVER = 500;
    private static final int NOT_IMPLEMENTED = 501;

    private static final Pattern CODE = Pattern.compile("<Code>([A-Za-z0-9]{1,80})</Code>");

    /** Where a store says that the bucket lies; Amazon's names the region, or the host that has it. */
    private static final Pattern REGION =
            Pattern.compile("<Region>([a-z0-9-]{1,40})</Region>|<Endpoint>[^<]*\\.s3[.-]([a-z0-9-]{1,40})\\.amazonaws");

    private Refusal() {}

    /** Whether asking again may help. */
    static boolean passes(int status) {
        return status == BUSY || status == TIMED_OUT || (status >= SERVER && status != NOT_IMPLEMENTED);
    }

    /** @param text what the server says, of which a store's code is told */
    static IOException of(Place place, int status, String text) {
        String said = "answers with status " + status + code(text);
        return switch (status) {
            case MISSING, GONE -> new NoSuchFileException(place.location(), null, said);
            case UNAUTHORIZED, FORBIDDEN ->
                new AccessDeniedException(
                        place.location(),
                        null,
                        said + ": these credentials do not open it, or it is not there; check the address and "
                                + remedy(place));
            default -> new IOException("[" + place.location() + "] " + said + region(text));
        };
    }

    private static String remedy(Place place) {
        if (place.location().startsWith("s3:")) {
            return "AWS_PROFILE or AWS_ACCESS_KEY_ID";
        }
        return place.location().startsWith("hf:") ? "HF_TOKEN" : "whether a signature in it has expired";
    }

    private static String region(String text) {
        Matcher matcher = REGION.matcher(text);
        if (!matcher.find()) {
            return "";
        }
        String region = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
        return ": the bucket lies in [" + region + "]; set tinyclip.storage.s3.region or AWS_REGION to that";
    }

    private static String code(String text) {
        Matcher matcher = CODE.matcher(text);
        return matcher.find() ? " (" + matcher.group(1) + ")" : "";
    }
}
