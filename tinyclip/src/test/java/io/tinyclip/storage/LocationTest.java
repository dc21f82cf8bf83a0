package io.tinyclip.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LocationTest {
    private static final String SETTING = "tinyclip.data.train";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/data/{0..9}.tar",
                "data/a:b.tar",
                "icons:train",
                "s3://b/k*.tar::/data/x.tar",
                "hf://datasets/o/n/a.tar",
                "HTTPS://host/a.tar?X-Amz-Signature=1",
                "C:/data/a.tar"
            })
    void aPathAndAKnownAddressAreReadable(String location) {
        assertEquals(location, Location.readable(location, SETTING));
    }

    @ParameterizedTest
    @CsvSource({
        "gs://b/x.tar, unknown scheme [gs]",
        "foo:/b/x.tar, unknown scheme [foo]",
        "file:///x.tar, unknown scheme [file]",
        "/data/x.tar::gs://b/x.tar, unknown scheme [gs]",
        "s3:/b/x.tar, must begin with s3://",
        "s3:///x.tar, must begin with s3://",
        "https://, must begin with https://"
    })
    void whatCannotBeReadIsRefused(String location, String why) {
        String message = refusal(location);
        assertTrue(message.startsWith(SETTING + " [") && message.contains(why), message);
    }

    @Test
    void aPasswordIsRefusedAndNotRepeated() {
        String message = refusal("https://me:secret@host/x.tar");
        assertTrue(message.contains("password"), message);
        assertFalse(message.contains("secret") || message.contains("me:"), message);
    }

    @Test
    void onlyPathsAreLocal() {
        assertEquals(Path.of("runs/a:b"), Location.local("runs/a:b", "tinyclip.run.folder"));
        for (String location : new String[] {"s3://b/run", "s3:/b/run", "foo://x", "hf://o/n"}) {
            String message = assertThrows(
                            InvalidInputException.class, () -> Location.local(location, "tinyclip.run.folder"))
                    .getMessage();
            assertTrue(message.startsWith("tinyclip.run.folder [" + location + "]"), message);
        }
    }

    /** No shell reads recipes, nor what stands behind --out=; a folder of that name would be a trap for whoever removes it. */
    @Test
    void aTildeAtTheBeginningIsTheUsersHome() {
        String home = System.getProperty("user.home");
        assertEquals(Path.of(home, "runs/a"), Location.local("~/runs/a", "tinyclip.run.folder"));
        assertEquals(Path.of(home), Location.path("~"));
        assertEquals(Path.of("~else/runs"), Location.path("~else/runs"));
        assertEquals(Path.of("runs/~/a"), Location.path("runs/~/a"));
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket/run, s3://bucket/run",
        "s3://bucket/runs/a/, s3://bucket/runs/a",
        "s3://my.bucket_1/a=b/c+d@e-f_(1)!, s3://my.bucket_1/a=b/c+d@e-f_(1)!",
    })
    void aFolderInAStoreCanBeWritten(String location, String folder) {
        assertEquals(Optional.of(folder), Location.writable(location, SETTING));
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/run, can be read alone",
        "http://h/run?a=b, can be read alone",
        "hf://owner/name, can be read alone",
        "gs://bucket/run, has the unknown scheme [gs]",
        "s3:/bucket/run, must be s3://BUCKET/PREFIX",
        "s3://bucket, must be s3://BUCKET/PREFIX",
        "s3://bucket/, must be s3://BUCKET/PREFIX",
        "s3://bucket/run?X-Amz-Signature=12, a signature in a query opens one object",
        "s3://bucket//run, must be s3://BUCKET/PREFIX",
        "s3://bucket/a/../run, must be s3://BUCKET/PREFIX",
        "s3://bucket/a/.., must be s3://BUCKET/PREFIX",
        "s3://bucket/run*, must be s3://BUCKET/PREFIX",
    })
    void aRunsFolderIsWhereThingsCanBeWritten(String location, String why) {
        String message = assertThrows(InvalidInputException.class, () -> Location.writable(location, SETTING))
                .getMessage();
        assertTrue(message.startsWith(SETTING + " [") && message.contains(why), message);
        assertTrue(message.contains("s3://BUCKET/PREFIX"), message);
        assertEquals(Optional.empty(), Location.writable("runs/a", SETTING));
    }

    @ParameterizedTest
    @CsvSource({
        "https://h/a.tar?X-Amz-Signature=12&b=c, https://h/a.tar?(hidden)",
        "https://h/a.tar?x=1::https://h/b.tar?y=2, https://h/a.tar?(hidden)::https://h/b.tar?(hidden)",
        "https://h/a.tar?(hidden), https://h/a.tar?(hidden)",
        "no file [https://h/a?t=1]; check it, no file [https://h/a?(hidden)]; check it",
        "s3://b/what?.tar, s3://b/what?.tar",
        "/data/what?.tar, /data/what?.tar"
    })
    void aQueryIsNotWrittenDown(String location, String shown) {
        assertEquals(shown, Location.shown(location));
    }

    @Test
    void whatWasHiddenCannotBeRead() {
        String message = assertThrows(
                        InvalidInputException.class, () -> Storage.open("https://h/a.tar" + Location.HIDDEN, SETTING))
                .getMessage();
        assertTrue(message.contains("the whole address"), message);
    }

    private static String refusal(String location) {
        return assertThrows(InvalidInputException.class, () -> Location.readable(location, SETTING))
                .getMessage();
    }
}
