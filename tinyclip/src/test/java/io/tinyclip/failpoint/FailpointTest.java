package io.tinyclip.failpoint;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FailpointTest {
    private static final long LIMIT_SECONDS = 60;

    @TempDir
    private Path folder;

    @Test
    void withoutTheVariableNothingHappens() throws Exception {
        assertFalse(Failpoint.isOn());
        assertEquals("0 applied renamed", process(""));
    }

    @ParameterizedTest
    @CsvSource({
        "apply:before:1:halt, 137",
        "apply:after:1:halt, 137 applied",
        "file-rename(manifest):before:1:halt, 137 applied",
        "file-rename(range-):before:1:halt, 0 applied renamed",
        "apply:before:2:halt, 0 applied renamed"
    })
    void aProcessEndsWhereItIsToldTo(String orders, String expected) throws Exception {
        assertEquals(expected, process(orders));
    }

    @Test
    void failsOnceAtTheCountThatIsNamed() {
        Orders orders = new Orders("commit-send:before:2:error,load:after:1:error");
        orders.reached(Failpoint.COMMIT_SEND, Order.Moment.BEFORE, "");
        orders.reached(Failpoint.COMMIT_SEND, Order.Moment.AFTER, "");
        assertThrows(UncheckedIOException.class, () -> orders.reached(Failpoint.COMMIT_SEND, Order.Moment.BEFORE, ""));
        orders.reached(Failpoint.COMMIT_SEND, Order.Moment.BEFORE, "");
        assertThrows(UncheckedIOException.class, () -> orders.reached(Failpoint.LOAD, Order.Moment.AFTER, ""));
    }

    @Test
    void ordersInAFileCountFromWhenTheyAreThereAndAreMarkedAsReached() throws Exception {
        Path file = folder.resolve("orders");
        Orders orders = new Orders("@" + file);
        orders.reached(Failpoint.APPLY, Order.Moment.BEFORE, "");
        Files.writeString(file, "apply:before:1:error");
        assertThrows(UncheckedIOException.class, () -> orders.reached(Failpoint.APPLY, Order.Moment.BEFORE, ""));
        assertTrue(Files.exists(folder.resolve("orders.reached")));
        Files.delete(file);
        orders.reached(Failpoint.APPLY, Order.Moment.BEFORE, "");
        Files.writeString(file, "apply:before:1:error");
        assertThrows(UncheckedIOException.class, () -> orders.reached(Failpoint.APPLY, Order.Moment.BEFORE, ""));
    }

    @Test
    void aThreadThatHangsGoesOnOnceTheFileOfOrdersIsGone() throws Exception {
        Path file = Files.writeString(folder.resolve("orders"), "apply:before:1:hang");
        Orders orders = new Orders("@" + file);
        CompletableFuture<Void> passed =
                CompletableFuture.runAsync(() -> orders.reached(Failpoint.APPLY, Order.Moment.BEFORE, ""));
        while (Files.notExists(folder.resolve("orders.reached"))) {
            Thread.onSpinWait();
        }
        assertFalse(passed.isDone());
        Files.delete(file);
        passed.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({
        "aply:before:1:halt, 'names the point [aply], which must be one of file-sync'",
        "apply:during:1:halt, 'names the moment [during], which must be one of before, after'",
        "apply:before:1:stop, 'names the action [stop], which must be one of halt, hang, error'",
        "apply:before:0:halt, must be such as commit-send:before:1:halt",
        "apply, must be such as commit-send:before:1:halt",
        "@/no/such/folder/orders, lies in no folder"
    })
    void whatMakesNoSenseIsRefusedByName(String orders, String said) {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> new Orders(orders).requireSensible());
        assertTrue(String.valueOf(refusal.getMessage()).contains(said), refusal.getMessage());
        assertTrue(String.valueOf(refusal.getMessage()).startsWith(Failpoint.VARIABLE), refusal.getMessage());
    }

    @Test
    void aFileOfOrdersNeedNotBeThereYet() {
        assertDoesNotThrow(() -> new Orders("@" + folder.resolve("orders")).requireSensible());
    }

    /** @return how it ended, and the lines that it printed */
    private static String process(String orders) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                FailpointProcess.class.getName());
        builder.environment().put(Failpoint.VARIABLE, orders);
        Process process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS));
        return (process.exitValue() + " " + printed.replaceAll("\\s+", " ")).strip();
    }
}
