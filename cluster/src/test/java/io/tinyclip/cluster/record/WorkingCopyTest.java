package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.storage.LocalFolder;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two machines, each with a disk of its own, and a place that both see. */
final class WorkingCopyTest {
    private static final String LINES = "metrics.jsonl";
    private static final String TAIL = "metrics.jsonl.tail";
    private static final Runnable LEADS = () -> {};

    @TempDir
    private Path folder;

    private WorkingCopy first;
    private WorkingCopy second;

    @BeforeEach
    void fetch() throws IOException {
        Files.createDirectories(folder.resolve("shared"));
        first = copy("first");
        second = copy("second");
    }

    @Test
    void whoFollowsHasWhatWasPublishedAndWhatThatHasGrownBy() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        append("2\n3\n");
        first.putGrowth(LEADS);
        append("4\nno whole line");
        assertEquals("1\n2\n3\n", fetched());
        first.putGrowth(LEADS);
        assertEquals("1\n2\n3\n4\n", fetched());
    }

    @Test
    void whatHasGrownBeforeAnythingWasPublishedCountsToo() throws IOException {
        write("first", LINES, "1\n");
        first.putGrowth(LEADS);
        assertEquals("1\n", fetched());
    }

    @Test
    void growthOfSomethingElseCountsForNothing() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        append("2\n");
        first.putGrowth(LEADS);
        String stale = Files.readString(shared(TAIL));
        append("3\n");
        first.publish(LEADS);
        assertFalse(Files.exists(shared(TAIL)));
        // As if the put of a leader that was followed had come late.
        Files.writeString(shared(TAIL), stale);
        assertEquals("1\n2\n3\n", fetched());
    }

    @Test
    void growthBeyondACutCountsForNothing() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        append("2\n");
        first.putGrowth(LEADS);
        write("first", LINES, "1\n");
        first.cut(LEADS);
        assertFalse(Files.exists(shared(TAIL)));
        assertEquals("1\n", fetched());
    }

    @Test
    void whatIsCutToNothingIsNothing() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        write("first", LINES, "");
        first.cut(LEADS);
        assertFalse(Files.exists(shared(LINES)));
        second.fetch();
        assertFalse(Files.exists(folder.resolve("second").resolve(LINES)));
    }

    @Test
    void publishesFoldersAndNothingOfThisMachine() throws IOException {
        write("first", "model/config.json", "{}");
        write("first", "log.txt", "a line");
        write("first", "log.txt.1", "a line");
        write("first", "lock", "");
        write("first", "report.html.1.tmp", "half");
        first.publish(LEADS);
        assertTrue(Files.exists(shared("model/config.json")));
        for (String own : List.of("log.txt", "log.txt.1", "lock", "report.html.1.tmp")) {
            assertFalse(Files.exists(shared(own)), own);
        }
        second.bring("model");
        second.bring("model-50");
        assertEquals("{}", Files.readString(folder.resolve("second/model/config.json")));
        first.fetch();
        assertFalse(Files.exists(folder.resolve("first/model/config.json")), "it may be of another run by now");
        assertTrue(Files.exists(folder.resolve("first/log.txt")));
    }

    @Test
    void whatHasNotChangedIsNotPutAgain() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        Files.delete(shared(LINES));
        first.publish(LEADS);
        assertFalse(Files.exists(shared(LINES)));
        append("2\n");
        first.publish(LEADS);
        assertEquals("1\n2\n", Files.readString(shared(LINES)));
    }

    @Test
    void aStepThatComesWhileFilesArePutIsInNoneOfThem() throws IOException {
        String samples = "bad-samples.jsonl";
        Path own = Files.createDirectories(folder.resolve("third"));
        SharedFolder real = new LocalFolder(folder.resolve("shared"));
        // The sample of step 2 is written down before the step, while the sample of step 1 is put.
        SharedFolder slow = (SharedFolder) Proxy.newProxyInstance(
                SharedFolder.class.getClassLoader(), new Class<?>[] {SharedFolder.class}, (proxy, method, given) -> {
                    Object done = method.invoke(real, given);
                    if (method.getName().equals("write")
                            && String.valueOf(given[0]).startsWith(samples)) {
                        Files.writeString(own.resolve(samples), "of 2\n", StandardOpenOption.APPEND);
                        Files.writeString(own.resolve(LINES), "2\n", StandardOpenOption.APPEND);
                    }
                    return done;
                });
        WorkingCopy copy = new WorkingCopy(own, slow, List.of(LINES, samples), "table-map-", List.of(samples, LINES));
        write("third", samples, "of 1\n");
        write("third", LINES, "1\n");
        copy.putGrowth(LEADS);
        assertTrue(Files.readString(shared(samples + ".tail")).endsWith("\nof 1\n"));
        assertTrue(Files.readString(shared(TAIL)).endsWith("\n1\n"));
        write("third", samples, "of 1\n");
        write("third", LINES, "1\n");
        copy.publish(LEADS);
        assertEquals("of 1\n", Files.readString(shared(samples)));
        assertEquals("1\n", Files.readString(shared(LINES)));
    }

    @Test
    void whoLeadsNoMoreCutsNothing() throws IOException {
        write("first", LINES, "1\n");
        first.publish(LEADS);
        append("2\n");
        first.putGrowth(LEADS);
        assertThrows(
                IllegalStateException.class,
                () -> first.cut(() -> {
                    throw new IllegalStateException("followed");
                }));
        assertEquals("1\n2\n", fetched());
    }

    private String fetched() throws IOException {
        second.fetch();
        return Files.readString(folder.resolve("second").resolve(LINES));
    }

    private WorkingCopy copy(String machine) throws IOException {
        Path own = Files.createDirectories(folder.resolve(machine));
        WorkingCopy copy = new WorkingCopy(
                own, new LocalFolder(folder.resolve("shared")), List.of(LINES), "table-map-", List.of(LINES));
        copy.fetch();
        return copy;
    }

    private Path shared(String name) {
        return folder.resolve("shared").resolve(name);
    }

    private void append(String text) throws IOException {
        Files.writeString(folder.resolve("first").resolve(LINES), text, StandardOpenOption.APPEND);
    }

    private void write(String machine, String name, String text) throws IOException {
        Path file = folder.resolve(machine).resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
