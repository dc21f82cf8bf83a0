package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.gson.JsonParser;
import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.engine.Capabilities;
import io.tinyclip.kernel.Precision;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.numeric.NumericClass;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** In which precision a run computes, from its first machine on; with arithmetic in place of tensors. */
final class RunPrecisionTest {
    private static final Capabilities WITH_BF16 = new Capabilities("beads of bf16", true);
    private static final int ALL = Integer.MAX_VALUE;
    /** So many gradients come to less than the three steps of four partitions. */
    private static final int SOME = 9;

    @TempDir
    private Path folder;

    @Test
    void aRunHasThePrecisionThatFitsItsFirstMachineWhereverItGoesOn() throws IOException {
        assertThrows(RuntimeException.class, () -> train(modern(SOME), "auto"));
        assertPrecision("bf16");
        List<String> told = warnings(() -> train(old(ALL), "auto"));
        assertPrecision("bf16");
        assertEquals(1, told.size(), told.toString());
        assertTrue(told.get(0)
                .startsWith("precision [bf16] is emulated here, many times slower than fp32 without AVX-512"));
    }

    @Test
    void aMachineWithoutBf16BeginsInFp32AndStaysThereOnAnother() throws IOException {
        assertThrows(RuntimeException.class, () -> train(old(SOME), "auto"));
        assertPrecision("fp32");
        assertEquals(List.of(), warnings(() -> train(modern(ALL), "auto")));
        assertPrecision("fp32");
    }

    @Test
    void aDecidedPrecisionIsNotSetAnew() {
        assertThrows(RuntimeException.class, () -> train(modern(SOME), "auto"));
        String message = assertThrows(InvalidInputException.class, () -> train(modern(ALL), "fp32"))
                .getMessage();
        assertTrue(message.contains("begun with other settings: tinyclip.precision: bf16 -> fp32"), message);
    }

    @Test
    void aPrecisionThatWasAskedForIsKeptAndWarnedOfOnceWhereItIsEmulated() throws IOException {
        List<String> told = warnings(() -> train(old(ALL), "bf16"));
        assertPrecision("bf16");
        assertEquals(1, told.size(), told.toString());
        assertTrue(told.get(0).contains("no instruction for it among [beads]; begin a run with"), told.get(0));
    }

    @Test
    void theFirstWorkerOfALedRunDecidesForWhoeverLeadsNext() throws IOException {
        LedHost host = new LedHost();
        assertThrows(RuntimeException.class, () -> train(old(SOME), host, "auto"));
        assertEquals(Optional.empty(), host.told, "whoever leads a new run leaves it to its first worker");
        assertPrecision("bf16");
        assertEquals(List.of(), warnings(() -> train(old(ALL), host, "auto")), "who only leads emulates nothing");
        assertEquals(Optional.of(Precision.BF16), host.told, "the next one knows it before anybody joins");
        assertPrecision("bf16");
    }

    @Test
    void aLeaderThatDiedBeforeItWroteTheSettingsChangesNothing() throws IOException {
        LedHost host = new LedHost();
        assertThrows(RuntimeException.class, () -> train(old(SOME), host, "auto"));
        Path effective = folder.resolve("effective.conf");
        Files.writeString(effective, Files.readString(effective).replace("precision=bf16", "precision=auto"));
        train(old(ALL), host, "auto");
        assertEquals(Optional.of(Precision.BF16), host.told);
        assertPrecision("bf16");
    }

    private void assertPrecision(String precision) throws IOException {
        String record = Files.readString(folder.resolve("run.json"));
        assertEquals(
                precision,
                JsonParser.parseString(record)
                        .getAsJsonObject()
                        .get("precision")
                        .getAsString());
        String effective = Files.readString(folder.resolve("effective.conf"));
        assertTrue(effective.contains("precision=" + precision), effective);
    }

    private static FakeEngine modern(int gradients) {
        return new FakeEngine(gradients, "two", WITH_BF16);
    }

    private static FakeEngine old(int gradients) {
        return new FakeEngine(gradients);
    }

    private void train(Engine engine, String precision) {
        train(engine, RunHost.embedded(), precision);
    }

    private void train(Engine engine, RunHost host, String precision) {
        Map<String, String> settings = SmallRun.settings(folder, folder.resolve("cache"));
        settings.put("tinyclip.precision", precision);
        settings.put("tinyclip.data.icons", "20");
        settings.put("tinyclip.pretrain.steps", "3");
        settings.put("tinyclip.checkpoint.steps", "1");
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        try (Progress progress = new ProgressLines(nowhere, System::nanoTime)) {
            Training.Console console = new Training.Console(progress, nowhere);
            new Training(Training.Command.PRETRAIN, SettingsFile.defaults(settings), engine, host, console).execute();
        }
    }

    private static List<String> warnings(Runnable task) {
        Logger log = (Logger) LoggerFactory.getLogger("io.tinyclip.cluster");
        ListAppender<ILoggingEvent> heard = new ListAppender<>();
        heard.start();
        log.addAppender(heard);
        try {
            task.run();
        } finally {
            log.detachAppender(heard);
        }
        return heard.list.stream()
                .filter(it -> it.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** Leads, as in a cluster: a machine that multiplies bf16 is the first to compute. */
    private static final class LedHost implements RunHost {
        private static final NumericClass WORKER =
                new NumericClass(Map.of("precision", "bf16"), Map.of("one and one", "two"));

        private final RunHost computing = RunHost.embedded();
        Optional<Precision> told = Optional.empty();

        @Override
        public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
            told = agreement.settings().step().precision();
            agreement.tookPart().accept(WORKER);
            return computing.start(setup, listener, agreement);
        }

        @Override
        public Duration folderPatience() {
            return Duration.ZERO;
        }

        @Override
        public boolean computes() {
            return false;
        }
    }
}
