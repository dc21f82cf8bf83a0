package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.gaul.s3proxy.AuthenticationType;
import org.gaul.s3proxy.S3Proxy;
import org.jclouds.ContextBuilder;
import org.jclouds.blobstore.BlobStore;
import org.jclouds.blobstore.BlobStoreContext;
import org.jclouds.blobstore.TransientApiMetadata;
import org.jclouds.blobstore.domain.Blob;
import org.jclouds.blobstore.domain.StorageMetadata;
import org.jclouds.blobstore.options.ListContainerOptions;

/** A store that speaks S3, on loopback, whose objects are in memory, and which wants requests signed. */
final class S3Server implements AutoCloseable {
    static final String BUCKET = "pairs";
    private static final String KEY = "AKIATEST";
    private static final String SECRET = "secret/of+tests";

    private final BlobStoreContext context;
    private final BlobStore store;
    private final S3Proxy proxy;
    private final ConditionalFront front;

    S3Server() throws Exception {
        this(true);
    }

    /** @param signed whether it wants requests signed */
    S3Server(boolean signed) throws Exception {
        context = ContextBuilder.newBuilder(new TransientApiMetadata())
                .credentials("identity", "credential")
                .build(BlobStoreContext.class);
        store = context.getBlobStore();
        store.createContainerInLocation(null, BUCKET);
        S3Proxy.Builder builder = S3Proxy.builder().blobStore(store).endpoint(URI.create("http://127.0.0.1:0"));
        proxy = signed
                ? builder.awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY, SECRET)
                        .build()
                : builder.build();
        proxy.start();
        front = new ConditionalFront(
                proxy.getPort(), path -> store.blobExists(BUCKET, path.substring(BUCKET.length() + 1)));
    }

    S3Server put(String key, byte[] bytes) {
        store.putBlob(
                BUCKET,
                store.blobBuilder(key)
                        .payload(bytes)
                        .contentLength(bytes.length)
                        .build());
        return this;
    }

    String endpoint() {
        return "http://127.0.0.1:" + proxy.getPort();
    }

    /** What a user sets to keep a run in it; by itself it makes an object a second time when told not to. */
    Map<String, String> conditionalSettings() {
        Map<String, String> settings = new HashMap<>(settings());
        settings.put("AWS_ENDPOINT_URL", "http://127.0.0.1:" + front.port());
        return settings;
    }

    /** The first lines of requests that were made by {@link #conditionalSettings}, in order. */
    List<String> seen() {
        return front.seen();
    }

    /** What lies there; empty where nothing does. */
    Optional<byte[]> get(String key) throws IOException {
        Blob blob = store.getBlob(BUCKET, key);
        if (blob == null) {
            return Optional.empty();
        }
        try (InputStream in = blob.getPayload().openStream()) {
            return Optional.of(in.readAllBytes());
        }
    }

    /** All keys that begin so, sorted. */
    List<String> keys(String prefix) {
        return store.list(BUCKET, ListContainerOptions.Builder.recursive().prefix(prefix)).stream()
                .map(StorageMetadata::getName)
                .sorted()
                .toList();
    }

    void remove(String key) {
        store.removeBlob(BUCKET, key);
    }

    /** What a user sets to read from it. */
    Map<String, String> settings() {
        return Map.of("AWS_ENDPOINT_URL", endpoint(), "AWS_ACCESS_KEY_ID", KEY, "AWS_SECRET_ACCESS_KEY", SECRET);
    }

    /** The same in a profile's files, below a home folder. */
    static String profile() {
        return "[other]\naws_access_key_id = x\n[default]\naws_access_key_id = " + KEY + "\naws_secret_access_key="
                + SECRET + "\n";
    }

    static Path profileIn(Path home) {
        return home.resolve(".aws").resolve("credentials");
    }

    @Override
    public void close() throws Exception {
        front.close();
        proxy.stop();
        context.close();
    }
}
