package io.tinyclip.cluster.console;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

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
}
