package io.tinyclip.text.repair;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Character references of HTML 5 replaced by what they stand for, with the tolerance of Python's {@code html.unescape}. */
public final class HtmlEntities {
    /** References that nobody writes by chance: complete, with the semicolon. */
    private static final Pattern COMPLETE = Pattern.compile("&#?[0-9A-Za-z]{1,24};");

    private static final Pattern REFERENCE =
            Pattern.compile("&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\\t\\n\\f <&#;]{1,32};?)");
    /** Longest run of digits that cannot overflow an int; any longer one, zeros apart, is beyond Unicode. */
    private static final int MOST_DIGITS = 7;

    private static final int HEXADECIMAL = 16;
    private static final int DECIMAL = 10;
    private static final String REPLACEMENT = "\uFFFD";
    /** What HTML 5 reads for the numbers 0x80 to 0x9f: windows-1252, with its five gaps left as they are. */
    private static final String WINDOWS =
            "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152"
                    + "\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e"
                    + "\u0178";

    private static final int WINDOWS_FIRST = 0x80;
    private static final Map<String, String> NAMED = load();
    /** Names in capitals, as in data whose case has been lost, where HTML knows none such. */
    private static final Map<String, String> CAPITALS = capitals();

    private HtmlEntities() {}

    /** The text with each reference replaced once. */
    public static String unescape(String text) {
        return text.indexOf('&') < 0 ? text : REFERENCE.matcher(text).replaceAll(HtmlEntities::replacement);
    }

    /** The text with each complete reference replaced once, capitals understood; a careless {@code &} stays. */
    static String unescapeComplete(String text) {
        return text.indexOf('&') < 0
                ? text
                : COMPLETE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(complete(match.group())));
    }

    private static String complete(String reference) {
        String name = reference.substring(1);
        if (name.charAt(0) == '#') {
            String plain = unescape(reference);
            return plain.indexOf(';') < 0 ? plain : reference;
        }
        return NAMED.getOrDefault(name, CAPITALS.getOrDefault(name, reference));
    }

    private static String replacement(MatchResult match) {
        String reference = match.group(1);
        return Matcher.quoteReplacement(reference.charAt(0) == '#' ? numbered(reference) : named(reference));
    }

    private static String named(String name) {
        for (int end = name.length(); end > 1; end--) {
            String value = NAMED.get(name.substring(0, end));
            if (value != null) {
                return value + name.substring(end);
            }
        }
        return "&" + name;
    }

    private static String numbered(String reference) {
        boolean hexadecimal = Character.toLowerCase(reference.charAt(1)) == 'x';
        String digits =
                reference.substring(hexadecimal ? 2 : 1).replace(";", "").replaceFirst("^0+(?=.)", "");
        if (digits.length() > MOST_DIGITS) {
            return REPLACEMENT;
        }
        int value = Integer.parseInt(digits, hexadecimal ? HEXADECIMAL : DECIMAL);
        if (value == 0 || value > Character.MAX_CODE_POINT || Character.getType(value) == Character.SURROGATE) {
            return REPLACEMENT;
        }
        if (value >= WINDOWS_FIRST && value < WINDOWS_FIRST + WINDOWS.length()) {
            return WINDOWS.substring(value - WINDOWS_FIRST, value - WINDOWS_FIRST + 1);
        }
        return forbidden(value) ? "" : Character.toString(value);
    }

    /** Control characters and code points that are no characters. */
    private static boolean forbidden(int value) {
        boolean control =
                Character.isISOControl(value) && value != '\t' && value != '\n' && value != '\f' && value != '\r';
        return control || (value >= 0xfdd0 && value <= 0xfdef) || (value & 0xfffe) == 0xfffe;
    }

    private static Map<String, String> load() {
        Map<String, String> named = new HashMap<>();
        for (List<String> words : Tables.read("html-entities.txt")) {
            String value = words.stream()
                    .skip(1)
                    .map(word -> Character.toString(Tables.codePoint(word)))
                    .collect(Collectors.joining());
            named.put(words.get(0), value);
        }
        return named;
    }

    private static Map<String, String> capitals() {
        Map<String, String> found = new HashMap<>();
        NAMED.forEach((name, value) -> {
            String capitals = name.toUpperCase(Locale.ROOT);
            boolean small = name.equals(name.toLowerCase(Locale.ROOT));
            if (name.endsWith(";") && small && unescape("&" + capitals).equals("&" + capitals)) {
                found.put(capitals, value.toUpperCase(Locale.ROOT));
            }
        });
        return found;
    }
}
