package io.tinyclip.cluster.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.step.BadSample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** bad-samples.jsonl over passes, resumes and crashes. */
class BadSamplesFileTest {
    private static final BadSample ONE = new BadSample("x.tar", "1", "is \"torn\"\n");
    private static final BadSample TWO = new BadSample("x.tar", "2", "has 0 bytes");
    private static final BadSample OTHER = new BadSample("y.tar", "1", "has 0 bytes");

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void fill() throws IOException {
        file = folder.resolve("bad-samples.jsonl");
        try (BadSamplesFile samples = BadSamplesFile.openAt(file, 0)) {
            samples.append(0, List.of());
            assertFalse(Files.exists(file), "there is none yet");
            samples.append(3, List.of(ONE));
            samples.append(5, List.of(TWO, ONE));
            samples.append(7, List.of(OTHER, TWO));
        }
    }

    @Test
    void namesEachSampleOnceAtTheStepThatFirstCameToIt() throws IOException {
        assertEquals(
                List.of(
                        "{\"step\":3,\"tar\":\"x.tar\",\"key\":\"1\",\"reason\":\"is \\\"torn\\\"\\n\"}",
                        "{\"step\":5,\"tar\":\"x.tar\",\"key\":\"2\",\"reason\":\"has 0 bytes\"}",
                        "{\"step\":7,\"tar\":\"y.tar\",\"key\":\"1\",\"reason\":\"has 0 bytes\"}"),
                Files.readAllLines(file));
    }

    @Test
    void aLineThatWasTornWithinACharacterIsCutOff() throws IOException {
        String whole = Files.readString(file);
        Files.write(file, new byte[] {'{', '"', (byte) 0xe2, (byte) 0x80}, StandardOpenOption.APPEND);
        BadSamplesFile.openAt(file, 9).close();
        assertEquals(whole, Files.readString(file));
    }

    @Test
    void aResumeEndsWithTheSameLinesWhereverItGoesOnFrom() throws IOException {
        String whole = Files.readString(file);
        for (int from = 0; from <= 9; from++) {
            Files.writeString(file, "{\"step\":8,\"tar\":\"to", StandardOpenOption.APPEND);
            try (BadSamplesFile samples = BadSamplesFile.openAt(file, from)) {
                for (int step = from; step < 9; step++) {
                    samples.append(step, step == 3 ? List.of(ONE) : List.of());
                    samples.append(step, step == 5 ? List.of(TWO, ONE) : List.of());
                    samples.append(step, step == 7 ? List.of(OTHER, TWO) : List.of());
                }
            }
            assertEquals(whole, Files.readString(file), "from step " + from);
        }
    }

    @Test
    void refusesALineThatIsNoSample() throws IOException {
        Files.writeString(file, "hello\n", StandardOpenOption.APPEND);
        assertThrows(InvalidInputException.class, () -> BadSamplesFile.openAt(file, 1));
    }
}
