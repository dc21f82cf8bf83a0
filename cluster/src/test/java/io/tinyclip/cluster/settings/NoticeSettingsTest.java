package io.tinyclip.cluster.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NoticeSettingsTest {
    private static final String URL = "tinyclip.notice.url";

    @Test
    void nothingIsWatchedUnlessItIsNamed() {
        assertFalse(SettingsFile.defaults(Map.of()).free().notice().isWatched());
        assertTrue(SettingsFile.defaults(Map.of("tinyclip.notice.file", "/run/notice"))
                .free()
                .notice()
                .isWatched());
    }

    @Test
    void aMachineMayHaveItsOwn() {
        assertTrue(BitKeys.isFree(URL));
    }

    @Test
    void anUrlIsAskedWithAHeader() {
        NoticeSettings.Source source = SettingsFile.defaults(
                        Map.of(URL, "http://metadata/preempted", "tinyclip.notice.header", "Metadata-Flavor:  Google"))
                .free()
                .notice()
                .source()
                .orElseThrow();
        assertEquals(
                new NoticeSettings.Header("Metadata-Flavor", "Google"),
                source.header().orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({
        "url, metadata/preempted",
        "url, ftp://metadata/preempted",
        "url, http://meta data/",
        "token-url, http:///",
        "header, Metadata-Flavor",
        "header, Host: elsewhere",
        "header, Two Words: no"
    })
    void refusesWhatCannotBeAsked(String key, String value) {
        String full = "tinyclip.notice." + key;
        Map<String, String> keys =
                key.equals("url") ? Map.of(full, value) : Map.of(full, value, URL, "http://metadata/");
        String message = assertThrows(InvalidInputException.class, () -> SettingsFile.defaults(keys))
                .getMessage();
        assertTrue(message.contains(full) && message.contains("[" + value + "]"), message);
    }

    @ParameterizedTest
    @CsvSource({"header, Metadata: true", "body, TRUE", "token-url, http://metadata/token"})
    void refusesWhatBelongsToAnUrlWhereThereIsNone(String key, String value) {
        String message = assertThrows(
                        InvalidInputException.class,
                        () -> SettingsFile.defaults(Map.of("tinyclip.notice." + key, value)))
                .getMessage();
        assertTrue(message.contains("tinyclip.notice.url"), message);
    }
}
