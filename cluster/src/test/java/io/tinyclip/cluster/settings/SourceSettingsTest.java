package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.data.Reading;
import io.tinyclip.model.InvalidInputException;
import java.nio.charset.Charset;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SourceSettingsTest {
    @Test
    void trainsOnWholeTextsAndEvaluatesOnLinesUnlessAskedOtherwise() {
        SourceSettings usual = of(Map.of());
        assertEquals(Reading.USUAL, usual.training());
        assertEquals(Reading.USUAL.withCaptionsPerLine(true), usual.evaluation());
        SourceSettings always = of(Map.of("tinyclip.data.captions-per-line", "always"));
        assertTrue(always.training().captionsPerLine());
        SourceSettings never = of(Map.of("tinyclip.data.captions-per-line", "never"));
        assertFalse(never.evaluation().captionsPerLine());
    }

    @Test
    void readsHowTablesAndTextsAreWritten() {
        SourceSettings read = of(Map.of(
                "tinyclip.data.encoding", "Windows-1252",
                "tinyclip.data.missing", "skip",
                "tinyclip.data.upsampling", "2::1",
                "tinyclip.data.csv-separator", ";",
                "tinyclip.data.csv-img-key", "image",
                "tinyclip.data.csv-caption-key", "text"));
        assertEquals(
                new Reading(false, Charset.forName("windows-1252"), true, new Reading.Table(";", "image", "text")),
                read.training());
        assertEquals("2::1", read.upsampling());
    }

    @ParameterizedTest
    @CsvSource({"tab", "'\t'", "\\t"})
    void takesATabHoweverItIsWritten(String written) {
        assertEquals(
                "\t", of(Map.of("tinyclip.data.csv-separator", written)).table().separator());
    }

    @ParameterizedTest
    @CsvSource({
        "encoding, utf-9, must be an encoding",
        "encoding, utf-16, must be an encoding",
        "encoding, '', must be an encoding",
        "encoding, 'a b', must be an encoding",
        "missing, perhaps, 'must be one of refuse, skip'",
        "index, later, 'must be one of auto, before, first-read'",
        "captions-per-line, true, 'must be one of evaluation, always, never'",
        "csv-separator, ab, 'must be auto, tab or one letter'",
        "csv-separator, '\"', 'must be auto, tab or one letter'",
        "csv-separator, \u00e4, 'must be auto, tab or one letter'",
        "csv-img-key, '', must not be empty",
        "csv-caption-key, '', must not be empty"
    })
    void refusesWhatCannotBe(String key, String value, String rule) {
        String message = assertThrows(InvalidInputException.class, () -> of(Map.of("tinyclip.data." + key, value)))
                .getMessage();
        assertTrue(message.contains("tinyclip.data." + key + " [" + value + "]"), message);
        assertTrue(message.contains(rule), message);
    }

    private static SourceSettings of(Map<String, String> settings) {
        return SettingsFile.defaults(settings).data().source();
    }
}
