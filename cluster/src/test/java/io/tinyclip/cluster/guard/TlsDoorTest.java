package io.tinyclip.cluster.guard;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.plane.door.Guests;
import io.tinyclip.actors.tls.Credentials;
import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.keys.KeyFolder;
import io.tinyclip.cluster.keys.TestKeyFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What gets through to an actor system whose messages are encrypted, and who may ask at its door. */
class TlsDoorTest {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int A_WHILE_MILLIS = 300;
    private static final int LONGEST = 4096;
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @TempDir
    private Path folder;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final ConcurrentLinkedQueue<Question> asked = new ConcurrentLinkedQueue<>();
    private ServerSocket inside;
    private RunTls server;
    private FrontDoor door;

    @BeforeEach
    void listen() throws IOException {
        server = tls("server", Role.SERVER);
        inside = new ServerSocket(0, 50, LOOPBACK);
        inside.setSoTimeout(PATIENCE_MILLIS);
        open.add(inside);
        door = door(new Guests(64, 64, 32, LONG), LONG, Optional.of(server));
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable it : open) {
            it.close();
        }
    }

    @Test
    void aMembersFramesComeThroughAndAreEncryptedInsideAsWell() throws Exception {
        byte[] envelope = new byte[34];
        byte[] sent = Garbage.join(Garbage.header(1), Garbage.frame(envelope.length, envelope));
        CompletableFuture<byte[]> came = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = inside.accept()) {
                SSLSocket encrypted = accepted(socket);
                return encrypted.getInputStream().readNBytes(sent.length);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Socket member = connect(door, tls("worker", Role.WORKER))) {
            member.getOutputStream().write(sent);
            assertArrayEquals(sent, came.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void nineBytesOfAMemberEndItsConnection() throws Exception {
        try (Socket member = connect(door, tls("worker", Role.WORKER))) {
            member.getOutputStream().write(HexFormat.of().parseHex("414b4b410373a9bef4"));
            assertEquals(-1, member.getInputStream().read());
        }
        assertNobodyInside();
    }

    /** The nine bytes name a stream that there is not; these, of one that there is, lengths that no frame has. */
    @Test
    void aLengthThatNoFrameHasEndsAMembersConnection() throws Exception {
        for (int length : List.of(LONGEST + 1, Integer.MAX_VALUE, Envelope.FIXED_BYTES - 1, -1)) {
            try (Socket member = connect(door, tls("worker", Role.WORKER))) {
                member.getOutputStream().write(Garbage.join(Garbage.header(1), Garbage.frame(length, new byte[3])));
                assertTrue(Garbage.ends(member, PATIENCE_MILLIS), "a length of " + length);
            }
        }
        assertNobodyInside();
    }

    @Test
    void whatCandidatesAloneSayComesThroughUnderTheirCertificateAlone() throws Exception {
        byte[] joins = ClusterWordsSamples.join("core");
        for (byte[] said : List.of(
                ClusterWordsSamples.message(5, "D"),
                ClusterWordsSamples.message(5, "L"),
                ClusterWordsSamples.message(5, "akka.cluster.ClusterUserAction$Down"),
                ClusterWordsSamples.message(5, ""),
                ClusterWordsSamples.message(14, "A"),
                joins)) {
            try (Socket member = connect(door, tls("worker-server", Role.WORKER, Role.SERVER))) {
                member.getOutputStream().write(Garbage.join(Garbage.header(1), Garbage.frame(said.length, said)));
                assertTrue(Garbage.ends(member, PATIENCE_MILLIS));
            }
        }
        assertNobodyInside();
        inside.setSoTimeout(PATIENCE_MILLIS);
        assertComesThrough(tls("coordinator", Role.COORDINATOR), joins);
        assertComesThrough(tls("worker", Role.WORKER), ClusterWordsSamples.join("worker"));
        assertComesThrough(tls("worker", Role.WORKER), ClusterWordsSamples.message(5, "GE"));
    }

    private void assertComesThrough(RunTls by, byte[] said) throws Exception {
        byte[] sent = Garbage.join(Garbage.header(1), Garbage.frame(said.length, said));
        CompletableFuture<byte[]> came = CompletableFuture.supplyAsync(() -> {
            try (Socket socket = inside.accept()) {
                return accepted(socket).getInputStream().readNBytes(sent.length);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        try (Socket member = connect(door, by)) {
            member.getOutputStream().write(sent);
            assertArrayEquals(sent, came.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS));
        }
    }

    @Test
    void whoDoesNotShowACertificateInTimeIsEnded() throws Exception {
        FrontDoor hasty = door(new Guests(64, 64, 32, LONG), Duration.ofMillis(A_WHILE_MILLIS), Optional.of(server));
        for (byte[] sent : List.of(new byte[0], new byte[] {22, 3, 1, 2, 0, 1, 0}, Garbage.header(1))) {
            try (Socket socket = plain(hasty)) {
                socket.getOutputStream().write(sent);
                assertTrue(Garbage.ends(socket, PATIENCE_MILLIS));
            }
        }
        assertNobodyInside();
    }

    @Test
    void silentConnectionsShutOutNoMember() throws Exception {
        FrontDoor narrow = door(new Guests(64, 64, 16, LONG), LONG, Optional.of(server));
        Socket first = plain(narrow);
        for (int i = 0; i < 40; i++) {
            plain(narrow);
        }
        assertTrue(Garbage.ends(first, PATIENCE_MILLIS), "the one that has waited longest is still there");
        assertEquals(
                Reply.Kind.STATUS,
                ask(narrow, Optional.of(tls("operator", Role.OPERATOR)), Question.STATUS)
                        .kind());
    }

    @Test
    void aMembersConnectionEndsOnceItsCertificateIsTakenBackAndAnOperatorStillGetsIn() throws Exception {
        byte[] sent = Garbage.join(Garbage.header(1), Garbage.frame(34, new byte[34]));
        RunTls worker = tls("worker", Role.WORKER);
        Optional<RunTls> operator = Optional.of(tls("operator", Role.OPERATOR));
        try (Socket member = connect(door, worker)) {
            member.getOutputStream().write(sent);
            new KeyFolder(folder.resolve("keys")).revoke(List.of("worker"), Instant.now());
            assertTrue(Garbage.ends(member, PATIENCE_MILLIS), "it is still open");
        }
        try (Socket again = connect(door, worker)) {
            again.getOutputStream().write(sent);
            assertTrue(Garbage.ends(again, PATIENCE_MILLIS), "it was let in again");
        } catch (IOException closedAtOnce) {
            // As it may be.
        }
        assertEquals(Reply.Kind.STATUS, ask(door, operator, Question.STATUS).kind());
    }

    @Test
    void seededGarbageShutsOutNoMember() throws Exception {
        try (Garbage garbage = new Garbage(13)) {
            garbage.send(new InetSocketAddress(LOOPBACK, door.port()), Garbage.CONNECTIONS);
            assertEquals(
                    Reply.Kind.STATUS,
                    again(Optional.of(tls("operator", Role.OPERATOR))).kind());
        }
        assertNobodyInside();
    }

    @Test
    void anOperatorAndACoordinatorAreAnswered() throws Exception {
        for (Role role : List.of(Role.OPERATOR, Role.COORDINATOR)) {
            Optional<RunTls> tls = Optional.of(tls(role.word(), role));
            assertEquals(Reply.Kind.STATUS, ask(door, tls, Question.STATUS).kind());
            assertEquals(Reply.Kind.ENDED, ask(door, tls, Question.END).kind());
        }
        assertEquals(List.of(Question.STATUS, Question.END, Question.STATUS, Question.END), List.copyOf(asked));
    }

    @Test
    void aWorkersCertificateGetsNeitherStatusNorTheEnd() throws Exception {
        Optional<RunTls> worker = Optional.of(tls("worker", Role.WORKER, Role.SERVER));
        for (Question question : List.of(Question.STATUS, Question.END)) {
            Reply reply = ask(door, worker, question);
            assertEquals(Reply.Kind.REFUSED, reply.kind());
            assertTrue(reply.line().contains("[server, worker]"), reply.line());
            assertTrue(reply.line().contains("operator"), reply.line());
        }
        assertEquals(List.of(), List.copyOf(asked));
    }

    /** By whatever role: it is asked by each process of its own door. */
    @Test
    void aMemberIsToldWhetherAnybodyTakesConnectionsBehindTheDoor() throws Exception {
        CompletableFuture<Void> taken = CompletableFuture.runAsync(() -> {
            try (Socket socket = inside.accept()) {
                accepted(socket).startHandshake();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Optional<RunTls> worker = Optional.of(tls("worker", Role.WORKER));
        assertEquals(Reply.Kind.HERE, ask(door, worker, Question.HERE).kind());
        taken.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        inside.close();
        assertEquals(Reply.Kind.REFUSED, ask(door, worker, Question.HERE).kind());
        assertEquals(List.of(), List.copyOf(asked));
    }

    @Test
    void withoutTlsWhoeverIsOnTheMachineIsAnswered() throws Exception {
        FrontDoor bare = door(new Guests(64, 64, 32, LONG), LONG, Optional.empty());
        assertEquals(
                Reply.Kind.STATUS, ask(bare, Optional.empty(), Question.STATUS).kind());
        assertEquals(Reply.Kind.ENDED, ask(bare, Optional.empty(), Question.END).kind());
    }

    @Test
    void withoutTlsNobodyEndsARunFromAnotherMachine() {
        Asker far = new Asker(Optional.empty(), false);
        assertTrue(far.refusal(Question.END).orElseThrow().contains("another machine"));
        assertTrue(far.refusal(Question.HERE).isPresent());
        assertTrue(far.refusal(Question.STATUS).isEmpty());
    }

    @Test
    void aQuestionThatThereIsNotIsNotAnswered() throws Exception {
        for (String hex : List.of("54434c3f0104", "54434c3f0201", "54434c3f0100")) {
            try (Socket operator = connect(door, tls("operator", Role.OPERATOR))) {
                operator.getOutputStream().write(HexFormat.of().parseHex(hex));
                assertThrows(IOException.class, () -> Reply.read(operator.getInputStream()), hex);
            }
        }
    }

    private void assertNobodyInside() throws IOException {
        inside.setSoTimeout(A_WHILE_MILLIS);
        assertThrows(IOException.class, () -> inside.accept());
    }

    /** As a member does that is cut off while the door still has strangers to turn away. */
    private Reply again(Optional<RunTls> tls) throws IOException {
        long until = System.nanoTime() + Duration.ofMillis(PATIENCE_MILLIS).toNanos();
        while (true) {
            try {
                return ask(door, tls, Question.STATUS);
            } catch (IOException cutOff) {
                if (System.nanoTime() > until) {
                    throw cutOff;
                }
            }
        }
    }

    private Reply ask(FrontDoor at, Optional<RunTls> tls, Question question) throws IOException {
        try (Socket socket = tls.isPresent() ? connect(at, tls.get()) : plain(at)) {
            socket.getOutputStream().write(question.bytes());
            return Reply.read(socket.getInputStream());
        }
    }

    private SSLSocket accepted(Socket socket) throws IOException {
        SSLSocket encrypted = server.over(socket);
        encrypted.setUseClientMode(false);
        return encrypted;
    }

    private Socket connect(FrontDoor to, RunTls tls) throws IOException {
        return tls.over(plain(to));
    }

    private Socket plain(FrontDoor to) throws IOException {
        Socket socket = new Socket(LOOPBACK, to.port());
        socket.setSoTimeout(PATIENCE_MILLIS);
        open.add(socket);
        return socket;
    }

    private FrontDoor door(Guests guests, Duration timeout, Optional<RunTls> tls) {
        FrontDoor made = FrontDoor.listen(
                new InetSocketAddress(LOOPBACK, 0), new FrontDoor.Rules(guests, timeout, LONGEST, tls));
        made.leadsTo((InetSocketAddress) inside.getLocalSocketAddress());
        made.answeredBy(question -> {
            asked.add(question);
            Reply.Kind kind = question == Question.STATUS ? Reply.Kind.STATUS : Reply.Kind.ENDED;
            return CompletableFuture.completedFuture(Reply.line(kind, "so"));
        });
        open.add(made);
        return made;
    }

    private RunTls tls(String name, Role... roles) {
        Path keys = folder.resolve("keys");
        Path certificate = TestKeyFolder.of(keys, name, roles);
        return RunTls.of(new Credentials(
                keys.resolve(Credentials.AUTHORITY),
                certificate,
                keys.resolve(Credentials.keyBeside(name + ".pem")),
                TestKeyFolder.CLUSTER));
    }
}
