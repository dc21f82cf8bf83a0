package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A store for run folders, on loopback. */
public final class RemoteRuns implements AutoCloseable {
    private final S3Server s3;

    private RemoteRuns(S3Server s3) {
        this.s3 = s3;
    }

    /** This process writes and reads there from now on, with credentials. */
    public static RemoteRuns installed(Path home) throws Exception {
        RemoteRuns runs = new RemoteRuns(new S3Server());
        RemoteModels.install(TestStorage.settings(home, runs.s3.conditionalSettings()));
        return runs;
    }

    /** Everybody may write and read there. */
    public static RemoteRuns open() throws Exception {
        return new RemoteRuns(new S3Server(false));
    }

    /** Where it is. */
    public String endpoint() {
        return s3.conditionalSettings().get("AWS_ENDPOINT_URL");
    }

    /** The same store without conditional put. */
    public void forget(Path home) {
        RemoteModels.install(TestStorage.settings(home, s3.settings()));
    }

    public String address(String name) {
        return "s3://" + S3Server.BUCKET + "/" + name;
    }

    /** Empty where nothing is there. */
    public String text(String key) throws IOException {
        return new String(s3.get(key).orElse(new byte[0]), StandardCharsets.UTF_8);
    }

    public void put(String key, byte[] bytes) {
        s3.put(key, bytes);
    }

    public void remove(String key) {
        s3.remove(key);
    }

    public List<String> keys(String prefix) {
        return s3.keys(prefix);
    }

    /** What was put, in order, each by its key. */
    public List<String> puts() {
        return s3.seen().stream()
                .filter(line -> line.startsWith("PUT /"))
                .map(line -> line.split("[ ?]")[1].substring(S3Server.BUCKET.length() + 2))
                .toList();
    }

    @Override
    public void close() throws Exception {
        s3.close();
    }
}
