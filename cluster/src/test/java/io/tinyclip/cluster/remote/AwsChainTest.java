package io.tinyclip.cluster.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class AwsChainTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String LENT = "{\"AccessKeyId\": \"lent\", \"SecretAccessKey\": \"s\", \"Token\": \"t\","
            + " \"Expiration\": \"2026-01-01T01:00:00Z\"}";

    @TempDir
    private Path home;

    private FaultyServer server;
    private Instant now = NOW;

    @BeforeEach
    void serve() throws IOException {
        server = new FaultyServer().put("/lent", LENT.getBytes(StandardCharsets.UTF_8), "\"1\"");
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** The example of Amazon's documentation of Signature Version 4: GET of a range. */
    @Test
    void signsAsDocumented() {
        AwsCredentials credentials = new AwsCredentials(
                "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", Optional.empty(), Optional.empty());
        Map<String, String> headers = Signature.headers(
                URI.create("https://examplebucket.s3.amazonaws.com/test.txt"),
                "us-east-1",
                credentials,
                Instant.parse("2013-05-24T00:00:00Z"),
                Map.of("Range", "bytes=0-9"));
        String authorization = String.valueOf(headers.get("Authorization"));
        assertTrue(
                authorization.endsWith("Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
                authorization);
    }

    @Test
    void theEnvironmentGoesBeforeAContainersRole() throws IOException {
        Map<String, String> both = Map.of(
                "AWS_ACCESS_KEY_ID", "own",
                "AWS_SECRET_ACCESS_KEY", "s",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/lent"));
        assertEquals("own", chain(both).credentials().orElseThrow().key());
    }

    @Test
    void aContainersRoleIsAskedForAgainBeforeItEnds() throws IOException {
        AwsChain chain = chain(Map.of(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/lent"), "AWS_CONTAINER_AUTHORIZATION_TOKEN", "me"));
        assertEquals("lent", chain.credentials().orElseThrow().key());
        chain.credentials();
        assertEquals(1, server.seen().size());
        assertEquals("me", server.seen().get(0).authorization());
        now = NOW.plusSeconds(3400);
        chain.credentials();
        assertEquals(2, server.seen().size());
    }

    @Test
    void anInstancesRoleIsFound() throws IOException {
        server.put("/latest/api/token", "token".getBytes(StandardCharsets.UTF_8), "\"1\"");
        server.put("/latest/meta-data/iam/security-credentials/", "role".getBytes(StandardCharsets.UTF_8), "\"1\"");
        server.put("/latest/meta-data/iam/security-credentials/role", LENT.getBytes(StandardCharsets.UTF_8), "\"1\"");
        Map<String, String> instance = Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url(""));
        assertEquals("lent", chain(instance).credentials().orElseThrow().key());
    }

    @Test
    void whatWasLentServesWhileNobodyLendsOthers() throws IOException {
        Map<String, String> instance = Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url(""));
        String path = "/latest/meta-data/iam/security-credentials/";
        server.put("/latest/api/token", "token".getBytes(StandardCharsets.UTF_8), "\"1\"");
        server.put(path, "role".getBytes(StandardCharsets.UTF_8), "\"1\"");
        server.put(path + "role", LENT.getBytes(StandardCharsets.UTF_8), "\"1\"");
        AwsChain chain = chain(instance);
        chain.credentials();
        server.close();
        now = NOW.plusSeconds(3400);
        assertEquals("lent", chain.credentials().orElseThrow().key());
        now = NOW.plusSeconds(3601);
        IOException ended = assertThrows(IOException.class, chain::credentials);
        assertEquals(IOException.class, ended.getClass(), "of a kind that is tried again");
        assertThrows(IOException.class, chain::credentials, "never without a signature");
    }

    @Test
    void whereNothingIsFoundNothingIsSigned() throws IOException {
        assertTrue(
                chain(Map.of("AWS_EC2_METADATA_DISABLED", "true")).credentials().isEmpty());
        Map<String, String> without = Map.of("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url(""));
        assertTrue(chain(without).credentials().isEmpty());
    }

    @Test
    void aWayThatIsNotWalkedIsNamed() throws IOException {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws/config"), "[default]\nsso_session = work\n");
        String message = assertThrows(IOException.class, () -> chain(Map.of()).credentials())
                .getMessage();
        assertTrue(message.contains("sso_session") && message.contains("export-credentials"), message);
    }

    private AwsChain chain(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("HOME", home.toString());
        InstantSource clock = () -> now;
        return new AwsChain(all, "us-east-1", clock);
    }
}
