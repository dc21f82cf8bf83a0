package io.tinyclip.text.repair;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A character set of one byte, by which text may have been decoded wrongly. Bytes are passed around as a string of
 * Latin-1, so that expressions can search them.
 */
final class CodePage {
    private static final Map<String, String> HIGH = read();
    /** In the order in which they are tried. */
    static final List<CodePage> ALL = HIGH.entrySet().stream()
            .map(page -> new CodePage(page.getKey(), page.getValue()))
            .toList();

    private static final String WINDOWS_NAMES = "windows";
    private static final int FIRST = 0x80;
    private static final char SUBSTITUTE = 0x1a;
    private static final char REPLACEMENT = '\ufffd';
    private static final String WINDOWS = HIGH.getOrDefault("windows-1252", "");

    private final String name;
    private final Map<Character, Character> byteOf = new HashMap<>();

    private CodePage(String name, String high) {
        this.name = name;
        for (char low = 0; low < FIRST; low++) {
            byteOf.put(low == SUBSTITUTE && mayLose() ? REPLACEMENT : low, low);
        }
        for (int i = 0; i < high.length(); i++) {
            byteOf.put(high.charAt(i), (char) (FIRST + i));
        }
    }

    /** A control character of Latin-1's upper half as Windows reads its byte; any other character itself. */
    static char windows(char c) {
        return c >= FIRST && c < 0xa0 ? WINDOWS.charAt(c - FIRST) : c;
    }

    /** Whether decoders of it leave a replacement character for bytes without meaning. */
    boolean mayLose() {
        return name.startsWith(WINDOWS_NAMES);
    }

    /** An en dash and a space in it look like a broken letter. */
    boolean dashesLookBroken() {
        return name.equals("macroman");
    }

    /** The bytes that this page decodes to the text, if there are such; a lost byte is 0x1a. */
    Optional<String> encode(String text) {
        StringBuilder bytes = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            Character value = byteOf.get(text.charAt(i));
            if (value == null) {
                return Optional.empty();
            }
            bytes.append(value.charValue());
        }
        return Optional.of(bytes.toString());
    }

    /**
     * What bytes from 0x80 on mean in the pages that have their letters where Latin-1 has; each once, as an expression's
     * class takes time for every letter.
     */
    static String letters(int from, int to) {
        return HIGH.entrySet().stream()
                .filter(page -> page.getKey().equals("latin-1") || page.getKey().startsWith(WINDOWS_NAMES))
                .map(page -> page.getValue().substring(from - FIRST, to + 1 - FIRST))
                .flatMap(letters -> letters.chars().mapToObj(Character::toString))
                .distinct()
                .collect(Collectors.joining());
    }

    private static Map<String, String> read() {
        Map<String, String> pages = new LinkedHashMap<>();
        for (List<String> line : Tables.read("code-pages.txt")) {
            String part = line.stream()
                    .skip(1)
                    .map(word -> Character.toString(Tables.codePoint(word)))
                    .collect(Collectors.joining());
            pages.merge(line.get(0), part, String::concat);
        }
        return pages;
    }

    /** Of a string of Latin-1. */
    static byte[] bytes(String latin1) {
        return latin1.getBytes(StandardCharsets.ISO_8859_1);
    }
}
