package io.tinyclip.cluster.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.run.Outcome;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.console.ProgressLines;
import io.tinyclip.cluster.machine.FakeEngine;
import io.tinyclip.cluster.settings.SettingsFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What run.json says of a run that could not go on. */
final class RunFailureTest {
    private static final String DAMAGED = "picture [cat] cannot be decoded; replace it (found by [10.0.0.7:4000])";

    @TempDir
    private Path folder;

    @Test
    void saysWhatIsWrongWithTheDataUntilTheRunGoesOn() throws IOException {
        CompletionException failure = assertThrows(
                CompletionException.class, () -> train(new FailingHost(new InvalidInputException(DAMAGED))));
        assertEquals(DAMAGED, failure.getCause().getMessage(), "for the line and the code");
        assertEquals(DAMAGED, record().get("failure").getAsString());
        assertFalse(record().get("finished").getAsBoolean());
        train(RunHost.embedded());
        assertFalse(record().has("failure"), "what was wrong has been mended");
        assertTrue(record().get("finished").getAsBoolean());
    }

    @Test
    void saysNothingOfWhatAnotherProcessCanGoOnWith() throws IOException {
        RunHost cutOff = new FailingHost(new IllegalStateException("cut off, and leads no more"));
        assertThrows(CompletionException.class, () -> train(cutOff));
        assertFalse(record().has("failure"), "by then another may lead, and write here");
    }

    private JsonObject record() throws IOException {
        return JsonParser.parseString(Files.readString(folder.resolve("run.json")))
                .getAsJsonObject();
    }

    private void train(RunHost host) {
        Map<String, String> settings = SmallRun.settings(folder, folder.resolve("cache"));
        settings.put("tinyclip.data.icons", "20");
        settings.put("tinyclip.pretrain.steps", "3");
        PrintStream nowhere = new PrintStream(PrintStream.nullOutputStream());
        try (Progress progress = new ProgressLines(nowhere, System::nanoTime)) {
            Training.Console console = new Training.Console(progress, nowhere);
            new Training(Training.Command.PRETRAIN, SettingsFile.defaults(settings), new FakeEngine(), host, console)
                    .execute();
        }
    }

    /** Its run fails at once. */
    private record FailingHost(RuntimeException failure) implements RunHost {
        @Override
        public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
            return new ActorRun() {
                @Override
                public CompletionStage<Outcome> outcome() {
                    return CompletableFuture.failedFuture(failure);
                }

                @Override
                public void stop() {}
            };
        }

        @Override
        public Duration folderPatience() {
            return Duration.ZERO;
        }

        @Override
        public boolean computes() {
            return true;
        }
    }
}
