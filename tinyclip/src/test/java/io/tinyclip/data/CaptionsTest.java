package io.tinyclip.data;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptionsTest {
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final byte[] CAFE_OF_WINDOWS = "caf\u00e9 \u2013 bar".getBytes(WINDOWS);

    private final Leftovers leftovers = new Leftovers();
    private final Captions captions = new Captions(Reading.USUAL, leftovers);

    @Test
    void aTextIsOneCaptionOrOneALine() {
        byte[] text = " a cat \r\n\n a dog\n".getBytes(StandardCharsets.UTF_8);
        assertEquals(List.of("a cat \r\n\n a dog"), captions.ofText(text, "1.txt"));
        assertEquals(1, leftovers.number(Leftovers.Reason.SEVERAL_LINES));
        Captions lines = new Captions(Reading.USUAL.withCaptionsPerLine(true), new Leftovers());
        assertEquals(List.of("a cat", "a dog"), lines.ofText(text, "1.txt"));
        assertEquals(List.of(), captions.ofText(" \n".getBytes(StandardCharsets.UTF_8), "2.txt"));
        assertEquals(1, leftovers.number(Leftovers.Reason.SEVERAL_LINES));
    }

    @Test
    void leavesOutATextInAnotherEncodingAndCountsIt() {
        assertEquals(List.of(), captions.ofText(CAFE_OF_WINDOWS, "1.txt"));
        assertEquals(List.of(), captions.ofText(CAFE_OF_WINDOWS, "2.txt"));
        assertEquals(2, leftovers.number(Leftovers.Reason.OTHER_ENCODING));
        assertEquals("1.txt", leftovers.example(Leftovers.Reason.OTHER_ENCODING));
    }

    @Test
    void readsATextInTheEncodingThatIsNamedAndCountsIt() {
        Captions windows = new Captions(new Reading(false, WINDOWS, false, Reading.Table.USUAL), leftovers);
        assertEquals(List.of("caf\u00e9 \u2013 bar"), windows.ofText(CAFE_OF_WINDOWS, "1.txt"));
        assertEquals(1, leftovers.number(Leftovers.Reason.DECODED));
        assertEquals(List.of("caf\u00e9"), windows.ofText("caf\u00e9".getBytes(StandardCharsets.UTF_8), "2.txt"));
        assertEquals(1, leftovers.number(Leftovers.Reason.DECODED));
        byte[] json = "{\"caption\": \"caf\u00e9\"}".getBytes(WINDOWS);
        assertEquals(List.of("caf\u00e9"), windows.ofJson(json, "1.json").one());
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16BE", "UTF-16LE"})
    void takesAMarkOfTheEncodingForWhatItIs(String encoding) {
        byte[] marked = "\uFEFFcaf\u00e9".getBytes(Charset.forName(encoding));
        assertEquals(List.of("caf\u00e9"), captions.ofText(marked, "1.txt"));
        assertEquals(0, leftovers.number(Leftovers.Reason.OTHER_ENCODING));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"captions\": [\"a\", null, \" \", \" b \"]}                | a,b | 0",
                "{\"captions\": null, \"key\": \"7\"}                         | txt | 0",
                "{\"captions\": []}                                           | txt | 0",
                "{\"captions\": \"a\"}                                        | a   | 0",
                "{\"caption\": \"a\", \"captions\": [\"b\"]}                  | b   | 0",
                "{\"caption\": \"a\"}                                         | txt | 0",
                "{\"caption\": null}                                          | txt | 0",
                "{\"captions\": [\"a\", 3]}                                   | txt | 1",
                "{\"captions\": 3}                                            | txt | 1",
                "{\"captions\": {\"en\": \"a\"}}                              | txt | 1",
                "{\"captions\": [                                             | txt | 1",
                "[1]                                                          | txt | 0"
            })
    void readsTheGapsOfJsonAsGapsAndCountsDamage(String json, String expected, int damaged) {
        Captions.Json read = captions.ofJson(json.getBytes(StandardCharsets.UTF_8), "7.json");
        assertEquals(List.of(expected.split(",")), read.or(List.of("txt")));
        assertEquals(damaged, leftovers.number(Leftovers.Reason.DAMAGED_JSON));
    }

    @Test
    void takesTheOneCaptionOfJsonWhereThereIsNoText() {
        Captions.Json read = captions.ofJson("{\"caption\": \" a \"}".getBytes(StandardCharsets.UTF_8), "7.json");
        assertEquals(List.of("a"), read.or(List.of()));
    }

    @Test
    void countsJsonThatIsNestedWithoutEnd() {
        captions.ofJson("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), "7.json");
        assertEquals(1, leftovers.number(Leftovers.Reason.DAMAGED_JSON));
    }

    @ParameterizedTest
    @CsvSource({
        "a.jpg, a, jpg",
        "x/a.b.JPG, x/a, b.jpg",
        "../up.txt, ../up, txt",
        "/root.txt, /root, txt",
        "'track 31.0 (v1.31).jpg', track 31, 0 (v1.31).jpg",
        "x.y/a.png, x.y/a, png"
    })
    void anEndingBeginsAtTheFirstDotOfTheLastPart(String name, String key, String ending) {
        assertEquals(new SampleName(key, ending), SampleName.of(name).orElseThrow());
    }

    @ParameterizedTest
    @CsvSource({"README, false", "x/.hidden.txt, true", "._a.jpg, true", "folder/README, false"})
    void namesWithoutKeyOrEndingAreNone(String name, boolean hidden) {
        assertEquals(true, SampleName.of(name).isEmpty());
        assertEquals(hidden, SampleName.isHidden(name));
    }
}
