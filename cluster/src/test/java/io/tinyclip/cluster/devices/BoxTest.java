package io.tinyclip.cluster.devices;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.model.InvalidInputException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BoxTest {
    private static final List<ComputeDevice> CARDS =
            List.of(ComputeDevice.cuda(0), ComputeDevice.cuda(1), ComputeDevice.cuda(2));
    private static final Program PROGRAM = new Program(List.of("java", "-Xmx9g"), List.of("-jar", "it.jar"));

    @Test
    void aRunIsLedOnLoopbackByAProcessOfItsOwn() {
        List<Post> posts = box(Map.of("tinyclip.seed", "5")).compressing(List.of("run", "my.conf"), 4000);
        assertEquals(
                List.of("leader", "cuda:0", "cuda:1", "cuda:2"),
                posts.stream().map(Post::name).toList());
        List<String> leader = posts.get(0).command();
        assertEquals(List.of("java", "-Xmx9g", "-jar", "it.jar", "run", "my.conf"), leader.subList(0, 6));
        assertTrue(leader.containsAll(List.of(
                "-Dtinyclip.seed=5",
                "-Dtinyclip.device=cuda:0",
                "-Dtinyclip.cluster.mode=cluster",
                "-Dtinyclip.cluster.host=127.0.0.1",
                "-Dtinyclip.cluster.port=4000",
                "-Dtinyclip.workers=3",
                "-Dtinyclip.servers=2")));
        assertEquals(":4096:8", posts.get(0).environment().get("CUBLAS_WORKSPACE_CONFIG"));
    }

    @Test
    void helpersJoinItWithWhatTheRecipeSaysOfAMachineAndNothingOfTheRun() {
        Map<String, String> given =
                Map.of("tinyclip.seed", "5", "tinyclip.cache.folder", "/fast", "tinyclip.run.folder", "/runs/a");
        List<Post> posts = box(given).compressing(List.of("run", "my.conf"), 4000);
        List<String> last = posts.get(3).command();
        assertEquals(List.of("node", "--roles", "worker", "--join", "127.0.0.1:4000"), last.subList(4, 9));
        assertTrue(last.contains("-Dtinyclip.cache.folder=/fast"), last.toString());
        assertTrue(last.contains("-Dtinyclip.device=cuda:2"), last.toString());
        assertFalse(last.toString().contains("tinyclip.seed"), last.toString());
        assertFalse(last.toString().contains("/runs/a"), last.toString());
        assertTrue(posts.get(2).command().contains("worker,server"));
        assertEquals(
                Long.toString(ProcessHandle.current().pid()),
                posts.get(3).environment().get(KeptBy.VARIABLE));
    }

    @Test
    void helpersAreGivenASignedAddressAsItComesToThemWithoutItsSignature() {
        String signed = "https://host/{0..3}.tar?sign=abc";
        List<Post> posts = box(Map.of("tinyclip.data.train", signed)).compressing(List.of("run", "my.conf"), 4000);
        for (Post helper : posts.subList(1, posts.size())) {
            assertTrue(helper.command().contains("-Dtinyclip.data.train=" + signed), helper.toString());
        }
        List<Post> plain =
                box(Map.of("tinyclip.data.train", "/data/{0..3}.tar")).compressing(List.of("run", "my.conf"), 4000);
        assertFalse(plain.get(1).command().toString().contains("data.train"), "the leader tells it");
    }

    @Test
    void portsThatAreSetCountUpAndOnlyTheFirstHoldsAServer() {
        List<Post> posts = box(Map.of("tinyclip.cluster.port", "25600", "tinyclip.plane.port", "0"))
                .lending(Set.of("worker", "server"), "10.0.0.5:25520");
        assertTrue(posts.get(0).command().containsAll(List.of("worker,server", "-Dtinyclip.cluster.port=25600")));
        assertTrue(posts.get(2).command().containsAll(List.of("worker", "-Dtinyclip.cluster.port=25602")));
        assertTrue(posts.get(2).command().contains("-Dtinyclip.plane.port=0"));
        assertFalse(posts.get(2).command().toString().contains("board"));
    }

    @Test
    void processesThatShareTheProcessorShareItsCores() {
        Settings settings = SettingsFile.defaults(Map.of("tinyclip.device", "cpu,cpu"));
        List<Post> posts = Box.of(PROGRAM, Map.of(), settings, List.of(ComputeDevice.CPU, ComputeDevice.CPU))
                .lending(Set.of("worker"), "");
        int share = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
        assertEquals("cpu/1", posts.get(1).name());
        assertTrue(posts.get(1).command().contains("-Dtinyclip.threads=" + share));
        assertFalse(posts.get(1).environment().containsKey("CUBLAS_WORKSPACE_CONFIG"));
        assertFalse(posts.get(1).command().contains("--join"));
    }

    @Test
    void whoComputesNothingIsTold() {
        String leads = assertThrows(InvalidInputException.class, () -> box(Map.of("tinyclip.cluster.mode", "cluster"))
                        .compress(List.of("run", "my.conf"), System.out))
                .getMessage();
        assertTrue(leads.contains("node --roles worker --join HOST:PORT -Dtinyclip.device=cuda:all"), leads);
        String serves = assertThrows(InvalidInputException.class, () -> box(Map.of())
                        .lend(Set.of("server"), "10.0.0.5:25520", System.out))
                .getMessage();
        assertTrue(serves.contains("is of no use to a server"), serves);
    }

    private static Box box(Map<String, String> given) {
        Map<String, String> all = new HashMap<>(given);
        all.put("tinyclip.device", "cuda:all");
        return Box.of(PROGRAM, all, SettingsFile.defaults(all), CARDS);
    }
}
