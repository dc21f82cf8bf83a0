package io.tinyclip.cluster.board;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.Link;
import io.tinyclip.cluster.settings.HttpPlace;
import io.tinyclip.model.InvalidInputException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MachineNumbersTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LOOPBACK = "127.0.0.1";

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(LIMIT).build();

    private volatile boolean in;
    private MachineNumbers numbers;

    @BeforeEach
    void open() {
        numbers = MachineNumbers.open(new HttpPlace(true, LOOPBACK, 0), lent());
    }

    @AfterEach
    void close() {
        numbers.close();
    }

    @Test
    void tellsPrometheusOfTheProcessAndWhatWentOverTheWire() throws Exception {
        in = true;
        HttpResponse<String> answer = ask("metrics", "GET");
        assertEquals(200, answer.statusCode());
        List<String> lines = answer.body().lines().toList();
        assertTrue(lines.contains("tinyclip_member_ready 1.0"), answer.body());
        assertTrue(lines.contains("tinyclip_link_received_bytes_total{peer=\"10.0.0.7:4000\"} 20.0"), answer.body());
        assertTrue(lines.contains("tinyclip_link_sent_bytes_total{peer=\"10.0.0.7:4000\"} 10.0"), answer.body());
        assertTrue(lines.contains("# TYPE process_cpu_seconds_total counter"), answer.body());
        assertEquals(numbers.address(), "http://" + LOOPBACK + ":" + port() + "/metrics");
    }

    @Test
    void isReadyOnceAClusterHasTakenItInAndAliveBefore() throws Exception {
        assertEquals(503, ask("ready", "GET").statusCode());
        assertEquals(200, ask("alive", "GET").statusCode());
        in = true;
        assertEquals(200, ask("ready", "GET").statusCode());
    }

    @Test
    void answersNothingElse() throws Exception {
        assertEquals(404, ask("", "GET").statusCode());
        assertEquals(405, ask("metrics", "POST").statusCode());
    }

    @Test
    void takesAnotherPortWhereItsOwnIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK));
                MachineNumbers other =
                        MachineNumbers.open(new HttpPlace(true, LOOPBACK, taken.getLocalPort()), lent())) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(other.address())).build();
            assertEquals(
                    200,
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode());
        }
    }

    @Test
    void anAddressOfAnotherMachineIsRefusedWithTheRemedy() {
        HttpPlace elsewhere = new HttpPlace(true, "192.0.2.1", 0);
        String line = assertThrows(InvalidInputException.class, () -> MachineNumbers.open(elsewhere, lent()))
                .getMessage();
        assertTrue(line.contains("192.0.2.1") && line.contains("tinyclip.metrics.host"), line);
    }

    private MachineNumbers.Lent lent() {
        return new MachineNumbers.Lent() {
            @Override
            public boolean isIn() {
                return in;
            }

            @Override
            public List<Link> links() {
                return List.of(new Link("10.0.0.7:4000", 10, 20, 30));
            }
        };
    }

    private int port() {
        return URI.create(numbers.address()).getPort();
    }

    private HttpResponse<String> ask(String path, String method) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + LOOPBACK + ":" + port() + "/" + path))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .timeout(LIMIT)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
