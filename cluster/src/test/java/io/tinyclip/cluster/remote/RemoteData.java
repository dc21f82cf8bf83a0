package io.tinyclip.cluster.remote;

import java.io.IOException;
import java.nio.file.Path;

/** The same files by S3 and by HTTP, on loopback; from now on addresses are read from there. */
public final class RemoteData implements AutoCloseable {
    private final S3Server s3 = new S3Server();
    private final FaultyServer http = new FaultyServer();

    public RemoteData(Path home) throws Exception {
        RemoteModels.install(TestStorage.settings(home, s3.settings()));
    }

    public void put(String key, byte[] bytes) throws IOException {
        s3.put(key, bytes);
        http.put("/" + S3Server.BUCKET + "/" + key, bytes, "\"1\"");
    }

    public String url(String path) {
        return http.url(path);
    }

    @Override
    public void close() throws Exception {
        http.close();
        s3.close();
    }
}
