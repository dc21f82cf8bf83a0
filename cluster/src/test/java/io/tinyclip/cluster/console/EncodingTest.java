package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tinyclip.model.InvalidInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EncodingTest {
    @Test
    void printsAllLettersWhereNoLocaleIsSetAndTheLocalesOtherwise() {
        assertEquals(StandardCharsets.UTF_8, Encoding.printed("ANSI_X3.4-1968"));
        assertEquals(StandardCharsets.UTF_8, Encoding.printed("UTF-8"));
        assertEquals(StandardCharsets.ISO_8859_1, Encoding.printed("ISO-8859-1"));
    }

    @Test
    void refusesWhatJavaCouldNotReadWithTheRemedy() {
        for (String[] given :
                new String[][] {{"/work/\uFFFD\uFFFD", "run"}, {"/work", "inspect", "/tmp/\uFFFD.conf"}}) {
            String message = assertThrows(
                            InvalidInputException.class,
                            () -> Encoding.requireReadable(given[0], given[1], given[given.length - 1]))
                    .getMessage();
            assertTrue(message.contains("LC_ALL=C.UTF-8"), message);
        }
        assertDoesNotThrow(() -> Encoding.requireReadable("/tmp/\u30E2\u30C7\u30EB", "/tmp/\u00FC.conf"));
    }

    /** Any bytes can name a file on Linux; those of Latin-1 are no UTF-8, and ASCII has neither. */
    @Test
    void refusesAListedNameThatTheLocaleCannotRead(@TempDir Path folder) throws Exception {
        String script = "touch \"$(printf 'gr\\366.png')\"";
        Process touch = new ProcessBuilder("sh", "-c", script)
                .directory(folder.toFile())
                .start();
        assertEquals(0, touch.waitFor());
        try (Stream<Path> listed = Files.list(folder)) {
            Path garbled = listed.findFirst().orElseThrow();
            assumeTrue(garbled.toString().indexOf('\uFFFD') >= 0, "the locale of this test reads Latin-1");
            String message = assertThrows(InvalidInputException.class, () -> Encoding.requireReadable(garbled))
                    .getMessage();
            assertTrue(message.contains("LC_ALL=C.UTF-8") && message.contains(folder.toString()), message);
        }
        assertDoesNotThrow(() -> Encoding.requireReadable(folder.resolve("plain.png")));
    }
}
