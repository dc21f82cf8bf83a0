package io.tinyclip.cluster.membership;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tinyclip.cluster.SelfSigned;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** As much of a Kubernetes API server as lists pods, on loopback with a certificate of its own. */
final class ApiServer implements AutoCloseable {
    private static final int NOT_HERE = 404;
    private static final int FORBIDDEN = 403;
    private static final int OK = 200;

    private final Path token;
    private final Path certificate;
    private final String request;
    private final List<String> pods;
    private final HttpsServer server;

    /**
     * @param folder for the key, the certificate and the token
     * @param request path and query, decoded, for which there is an answer
     * @param pods their addresses
     */
    ApiServer(Path folder, String request, List<String> pods) throws IOException, GeneralSecurityException {
        this.token = Files.writeString(folder.resolve("token"), "secret-of-the-pod");
        this.certificate = folder.resolve("ca.crt");
        this.request = request;
        this.pods = pods;
        SelfSigned signed = SelfSigned.make(folder.resolve("keys.p12"), "-keyalg RSA -keysize 2048", certificate);
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls(signed)));
        server.createContext("/", this::answer);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    Path token() {
        return token;
    }

    Path certificate() {
        return certificate;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String asked = URLDecoder.decode(exchange.getRequestURI().toString(), StandardCharsets.UTF_8);
        String bearer = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        int status = bearer.equals("Bearer " + Files.readString(token)) ? OK : FORBIDDEN;
        byte[] body = podList().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(asked.equals(request) ? status : NOT_HERE, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private String podList() {
        return pods.stream()
                .map(ip -> "{\"metadata\": {}, \"spec\": {\"containers\": [{\"name\": \"tinyclip\"}]},"
                        + " \"status\": {\"podIP\": \"" + ip + "\", \"phase\": \"Running\"}}")
                .collect(Collectors.joining(", ", "{\"items\": [", "]}"));
    }

    private static SSLContext tls(SelfSigned signed) throws IOException, GeneralSecurityException {
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(signed.store(), signed.password());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }
}
