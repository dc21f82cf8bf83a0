package io.tinyclip.data;

import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The names of tars that WebDataset's shorthand stands for, in order. */
final class ShardPattern {
    /** Most tars of one source; about twice as many as LAION-2B has. */
    static final int MOST_SHARDS = 500_000;

    private static final String SOURCE_SEPARATOR = "::";
    private static final Pattern BRACES = Pattern.compile("\\{([^{}]*)}");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,9})\\.\\.(\\d{1,9})");

    private ShardPattern() {}

    /**
     * Expands {@code a.tar::b/{000..041}.tar::{x,y}.tar}; addresses with stars stand for what is there.
     *
     * @param setting names the pattern in messages
     */
    static List<String> expand(String pattern, String setting) {
        List<String> places = new ArrayList<>();
        for (String source : pattern.split(SOURCE_SEPARATOR, -1)) {
            if (source.isBlank()) {
                throw refusal(pattern, setting, "has an empty source; write tars with [::] only between them");
            }
            List<String> names = new ArrayList<>();
            expand(source.strip(), names, pattern, setting);
            names.forEach(name -> places.addAll(Storage.isRemote(name) ? Storage.list(name, setting) : List.of(name)));
        }
        return places;
    }

    private static void expand(String name, List<String> names, String pattern, String setting) {
        Matcher braces = BRACES.matcher(name);
        if (!braces.find()) {
            if (name.contains("{") || name.contains("}")) {
                throw refusal(pattern, setting, "has a brace without its partner");
            }
            if (names.size() == MOST_SHARDS) {
                throw refusal(pattern, setting, "names more than " + MOST_SHARDS + " tars");
            }
            names.add(name);
            return;
        }
        alternatives(braces.group(1), pattern, setting)
                .map(choice -> name.substring(0, braces.start()) + choice + name.substring(braces.end()))
                .forEach(chosen -> expand(chosen, names, pattern, setting));
    }

    private static Stream<String> alternatives(String inside, String pattern, String setting) {
        Matcher range = RANGE.matcher(inside);
        if (!range.matches()) {
            return Stream.of(inside.split(",", -1));
        }
        String from = range.group(1);
        String to = range.group(2);
        if (Integer.parseInt(from) > Integer.parseInt(to)) {
            throw refusal(pattern, setting, "counts down in {" + inside + "}; write the smaller number first");
        }
        boolean padded = from.startsWith("0") || to.startsWith("0");
        String format = padded ? "%0" + Math.max(from.length(), to.length()) + "d" : "%d";
        return IntStream.rangeClosed(Integer.parseInt(from), Integer.parseInt(to))
                .mapToObj(number -> String.format(Locale.ROOT, format, number));
    }

    private static InvalidInputException refusal(String pattern, String setting, String problem) {
        return new InvalidInputException(setting + " [" + pattern + "] " + problem);
    }
}
