package io.tinyclip.cluster.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunWatchTest {
    @TempDir
    Path folder;

    @Test
    void countsWholeLinesOfStepsAndNotWhatWasJudgedBetweenThem() throws IOException {
        Files.writeString(
                folder.resolve("metrics.jsonl"),
                "{\"stage\":0,\"phase\":\"distill\",\"step\":0}\n"
                        + "{\"stage\":0,\"phase\":\"distill\",\"step\":0,\"judged\":{}}\n"
                        + "{\"stage\":0,\"phase\":\"distill\",\"step\":1}\n{\"sta");
        RunWatch watch = new RunWatch(folder);
        watch.look(1);
        assertEquals(2, watch.timeline().steps());
    }
}
