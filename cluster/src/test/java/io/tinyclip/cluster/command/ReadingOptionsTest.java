package io.tinyclip.cluster.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Reading;
import io.tinyclip.model.InvalidInputException;
import java.nio.charset.Charset;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class ReadingOptionsTest {
    @Test
    void readsPairsForEvaluationAsRetrievalSetsAreWrittenUnlessAskedOtherwise() {
        assertEquals(Reading.USUAL.withCaptionsPerLine(true), reading());
        Reading.Table table = new Reading.Table("\t", "image", "text");
        assertEquals(
                new Reading(false, Charset.forName("gb18030"), true, table),
                reading(
                        "--one-caption-per-text",
                        "--encoding=gb18030",
                        "--skip-missing",
                        "--csv-separator=tab",
                        "--csv-img-key=image",
                        "--csv-caption-key=text"));
    }

    @Test
    void namesTheOptionThatCannotBe() {
        String encoding = assertThrows(InvalidInputException.class, () -> reading("--encoding=utf-9"))
                .getMessage();
        assertTrue(encoding.startsWith("--encoding [utf-9]"), encoding);
        String separator = assertThrows(InvalidInputException.class, () -> reading("--csv-separator=ab"))
                .getMessage();
        assertTrue(separator.startsWith("--csv-separator [ab]"), separator);
    }

    private static Reading reading(String... options) {
        return CommandLine.populateCommand(new ReadingOptions(), options).reading();
    }
}
