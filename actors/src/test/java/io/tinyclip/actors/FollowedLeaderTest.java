package io.tinyclip.actors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.plan.RunPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A coordinator that is followed by another while it works. */
class FollowedLeaderTest {
    private static final RunPlan PLAN = Fixture.compress();

    @TempDir
    Path folder;

    /** What it fetched may be of another version: not even a range may replace what whoever follows has written. */
    @Test
    void writesNothingOfACheckpointAnyMore() {
        RunSetup setup = Fixture.setup(PLAN, 2, 1, folder);
        Recorder followed = new Recorder() {
            @Override
            public void stepCommitted(StepCommitted step) {
                super.stepCommitted(step);
                if (steps.size() == 1) {
                    setup.checkpoints().terms().claim();
                }
            }
        };
        EmbeddedRun run = EmbeddedRun.start(setup, followed);
        ExecutionException failure = assertThrows(
                ExecutionException.class,
                () -> run.outcome().toCompletableFuture().get(60, TimeUnit.SECONDS));
        assertInstanceOf(FollowedException.class, failure.getCause());
        assertEquals(List.of("term-1", "term-2"), files());
    }

    private List<String> files() {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
