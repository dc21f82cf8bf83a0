package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tinyclip.model.InvalidInputException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ShardPatternTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.tar | a.tar",
                "a.tar::b/c.tar | a.tar b/c.tar",
                "{00008..00011}.tar | 00008.tar 00009.tar 00010.tar 00011.tar",
                "{8..11}.tar | 8.tar 9.tar 10.tar 11.tar",
                "{0..1}{x,y}.tar | 0x.tar 0y.tar 1x.tar 1y.tar",
                "{b,a}/{1..2}.tar::z.tar | b/1.tar b/2.tar a/1.tar a/2.tar z.tar"
            })
    void expandsInOrder(String pattern, String expected) {
        List<String> names = ShardPattern.expand(pattern, "data").stream()
                .map(path -> path.replace('\\', '/'))
                .toList();
        assertEquals(expected, String.join(" ", names));
    }

    @ParameterizedTest
    @ValueSource(strings = {"ar-EG", "fa", "tr", "de"})
    void writesTheSameDigitsUnderAnyLocale(String locale) {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag(locale));
        try {
            expandsInOrder("{00000..00001}.tar", "00000.tar 00001.tar");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "{0..1.tar, a brace without its partner",
        "a}.tar, a brace without its partner",
        "{3..1}.tar, counts down",
        "a.tar::, an empty source",
        "{0..999999}{0..9}.tar, more than 500000 tars"
    })
    void refusesAPatternThatNamesNoTars(String pattern, String problem) {
        InvalidInputException refusal =
                assertThrows(InvalidInputException.class, () -> ShardPattern.expand(pattern, "tinyclip.data.train"));
        assertTrue(refusal.getMessage().startsWith("tinyclip.data.train [" + pattern + "]"), refusal.getMessage());
        assertTrue(refusal.getMessage().contains(problem), refusal.getMessage());
    }
}
