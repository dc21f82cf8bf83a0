package io.tinyclip.cluster.remote;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Credentials that a platform lends: for a web identity's token, to a container, to an instance. */
final class AwsRoles {
    private static final int OK = 200;
    private static final String CONTAINERS = "http://169.254.170.2";
    private static final String INSTANCES = "http://169.254.169.254";
    private static final String PATH = "/latest/meta-data/iam/security-credentials/";
    /** A service of the machine's own answers at once; where there is none, nobody waits for it long. */
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private static final Duration REMOTE_LIMIT = Duration.ofSeconds(20);

    private final Map<String, String> environment;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .proxy(HttpClient.Builder.NO_PROXY)
            .connectTimeout(LIMIT)
            .build();

    AwsRoles(Map<String, String> environment) {
        this.environment = environment;
    }

    /** For the token of a file that a cluster of containers keeps there; by the region's token service. */
    Optional<AwsCredentials> ofWebIdentity(String region) throws IOException {
        Optional<String> file = value("AWS_WEB_IDENTITY_TOKEN_FILE");
        Optional<String> role = value("AWS_ROLE_ARN");
        if (file.isEmpty() || role.isEmpty()) {
            return Optional.empty();
        }
        String token =
                Files.readString(Path.of(file.get()), StandardCharsets.UTF_8).strip();
        String session = value("AWS_ROLE_SESSION_NAME").orElse("tinyclip");
        String service = value("AWS_ENDPOINT_URL_STS").orElse("https://sts." + region + ".amazonaws.com");
        URI uri = URI.create(service + "/?Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn="
                + Signature.encoded(role.get(), false) + "&RoleSessionName=" + Signature.encoded(session, false)
                + "&WebIdentityToken=" + Signature.encoded(token, false));
        String answer = answer("the token service", HttpRequest.newBuilder(uri).GET(), REMOTE_LIMIT);
        return Optional.of(new AwsCredentials(
                element(answer, "AccessKeyId"),
                element(answer, "SecretAccessKey"),
                Optional.of(element(answer, "SessionToken")),
                Optional.of(time(element(answer, "Expiration")))));
    }

    /** Of the task or pod that this container is. */
    Optional<AwsCredentials> ofContainer() throws IOException {
        Optional<String> uri = value("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
                .map(CONTAINERS::concat)
                .or(() -> value("AWS_CONTAINER_CREDENTIALS_FULL_URI"));
        if (uri.isEmpty()) {
            return Optional.empty();
        }
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(uri.get())).GET();
        Optional<String> file = value("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        Optional<String> token = file.isPresent()
                ? Optional.of(Files.readString(Path.of(file.get()), StandardCharsets.UTF_8)
                        .strip())
                : value("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        token.ifPresent(it -> request.setHeader("Authorization", it));
        return Optional.of(parsed(answer("the container's credentials service", request, LIMIT)));
    }

    /** Of the machine; nothing where no such service answers. */
    Optional<AwsCredentials> ofInstance() throws IOException {
        if (value("AWS_EC2_METADATA_DISABLED").filter("true"::equalsIgnoreCase).isPresent()) {
            return Optional.empty();
        }
        String service = value("AWS_EC2_METADATA_SERVICE_ENDPOINT").orElse(INSTANCES);
        String name = "the instance's metadata service";
        try {
            String token = answer(
                    name,
                    HttpRequest.newBuilder(URI.create(service + "/latest/api/token"))
                            .PUT(HttpRequest.BodyPublishers.noBody())
                            .setHeader("X-aws-ec2-metadata-token-ttl-seconds", "300"),
                    LIMIT);
            String role = answer(name, asked(service + PATH, token), LIMIT).strip();
            return Optional.of(parsed(answer(name, asked(service + PATH + role, token), LIMIT)));
        } catch (NobodyException e) {
            return Optional.empty();
        }
    }

    private static HttpRequest.Builder asked(String uri, String token) {
        return HttpRequest.newBuilder(URI.create(uri)).GET().setHeader("X-aws-ec2-metadata-token", token);
    }

    private static final class NobodyException extends IOException {
        private static final long serialVersionUID = 1L;

        private NobodyException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private String answer(String name, HttpRequest.Builder request, Duration limit) throws IOException {
        try {
            HttpResponse<String> response =
                    client.send(request.timeout(limit).build(), HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == OK) {
                return response.body();
            }
            if (response.statusCode() == 404) {
                throw new NobodyException(name + " has no credentials", new ConnectException());
            }
            throw new RefusedException(name + " answers with status " + response.statusCode());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + name + " was asked", e);
        } catch (RefusedException | NobodyException e) {
            throw e;
        } catch (IOException e) {
            throw new NobodyException(name + " gives no answer (" + e + ")", e);
        }
    }

    private static AwsCredentials parsed(String json) throws IOException {
        try {
            JsonObject object = JsonParser.parseString(json).getAsJsonObject();
            return new AwsCredentials(
                    object.get("AccessKeyId").getAsString(),
                    object.get("SecretAccessKey").getAsString(),
                    Optional.of(object.get("Token").getAsString()),
                    Optional.of(time(object.get("Expiration").getAsString())));
        } catch (JsonParseException | IllegalStateException | NullPointerException e) {
            throw new RefusedException("a credentials service sends no credentials");
        }
    }

    private static String element(String xml, String name) throws IOException {
        Matcher matcher =
                Pattern.compile("<" + name + ">([^<]{1,8192})</" + name + ">").matcher(xml);
        if (!matcher.find()) {
            throw new RefusedException("the token service sends no " + name);
        }
        return matcher.group(1).strip();
    }

    private static Instant time(String text) throws IOException {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new RefusedException("a credentials service sends an expiry that is no time");
        }
    }

    private Optional<String> value(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isEmpty());
    }
}
