package io.tinyclip.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.actors.tls.Role;
import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.guard.Question;
import io.tinyclip.cluster.guard.Reply;
import io.tinyclip.cluster.keys.TestKeyFolder;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process notices of its own port. */
final class OwnDoorTest {
    private static final long SECONDS = 60;

    @TempDir
    private Path folder;

    private boolean answers;

    @Test
    void aDoorThatAnsweredAndDoesNotAnyMoreIsDeaf() {
        try (OwnDoor door = new OwnDoor(() -> answers)) {
            look(door, true, 1);
            look(door, false, OwnDoor.LOOKS - 1);
            assertFalse(door.deaf().isDone(), "it may answer the next time");
            look(door, false, 1);
            assertTrue(door.deaf().isDone());
        }
    }

    /** Behind NAT the address that is announced may lead nowhere from inside. */
    @Test
    void aDoorThatNeverAnsweredIsNotDeaf() {
        try (OwnDoor door = new OwnDoor(() -> answers)) {
            look(door, false, 10 * OwnDoor.LOOKS);
            assertFalse(door.deaf().isDone());
        }
    }

    @Test
    void aDoorThatAnswersNowAndThenIsNotDeaf() {
        try (OwnDoor door = new OwnDoor(() -> answers)) {
            for (int i = 0; i < 10; i++) {
                look(door, true, 1);
                look(door, false, OwnDoor.LOOKS - 1);
            }
            assertFalse(door.deaf().isDone());
        }
    }

    private void look(OwnDoor door, boolean answered, int times) {
        answers = answered;
        for (int i = 0; i < times; i++) {
            door.look();
        }
    }

    @Test
    void aLoneCandidateWhosePortGoesDeafEndsAndSaysWhy() throws Exception {
        endsOnceDeaf(Map.of());
    }

    @Test
    void soDoesOneWhosePortsAreUnderTls() throws Exception {
        Path certificate = TestKeyFolder.make(folder.resolve("keys"), "worker", Role.WORKER);
        endsOnceDeaf(Map.of("tinyclip.cluster.tls.certificate", certificate.toString()));
    }

    private static void endsOnceDeaf(Map<String, String> more) throws Exception {
        Map<String, String> keys = new TreeMap<>(more);
        keys.put("tinyclip.cluster.host", "127.0.0.1");
        keys.put("tinyclip.cluster.port", "0");
        keys.put("tinyclip.cluster.reached-within", "1s");
        Settings settings = SettingsFile.defaults(keys);
        try (ClusterSystem cluster =
                ClusterSystem.start(settings.cluster(), settings.effective(), List.of(ClusterSystem.CORE))) {
            cluster.join(List.of());
            cluster.joined().get(SECONDS, TimeUnit.SECONDS);
            Optional<RunTls> tls = settings.cluster().protection().credentials().map(RunTls::of);
            for (int i = 0; i < 2 * OwnDoor.LOOKS; i++) {
                Reply reply = MemberCall.ask(cluster.address(), tls, Question.HERE, Duration.ofSeconds(SECONDS));
                assertEquals(Reply.Kind.HERE, reply.kind(), reply.line());
            }
            assertTrue(cluster.unreached().isEmpty() && !cluster.ended().isDone());
            cluster.door().close();
            cluster.ended().get(SECONDS, TimeUnit.SECONDS);
            String line = cluster.unreached().orElseThrow();
            assertTrue(line.contains("reached-within") && line.lines().count() == 1, line);
        }
    }
}
