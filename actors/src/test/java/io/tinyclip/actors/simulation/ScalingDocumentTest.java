package io.tinyclip.actors.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

class ScalingDocumentTest {
    private static final String BEGIN = "<!-- written by scripts/simulate --scaling: begin -->\n";
    private static final String END = "<!-- written by scripts/simulate --scaling: end -->\n";

    @Test
    void replacesItsOwnTablesAndLeavesTheWords() {
        String page = "words\n" + BEGIN + "old\n" + END + "more\n";
        String written = ScalingDocument.between(page, "new\n");
        assertEquals("words\n" + BEGIN + "new\n" + END + "more\n", written);
        assertEquals(written, ScalingDocument.between(written, "new\n"));
    }

    @Test
    void refusesAPageWithoutAPlaceForTables() {
        assertThrows(IllegalStateException.class, () -> ScalingDocument.between("words\n" + END + BEGIN, "new\n"));
    }

    /** {@code scripts/simulate --scaling} sets the folder. */
    @Test
    @EnabledIfSystemProperty(named = "scaling.documents", matches = ".+")
    void writesTheDocument() throws IOException {
        Path folder = Path.of(System.getProperty("scaling.documents"));
        ScalingDocument.write(folder);
        assertTrue(Files.readString(folder.resolve("scaling.md")).contains("| 1,024 |"));
    }
}
