package io.tinyclip.data.icons;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Turns the families' identifiers and search terms into words that a caption can use. */
final class Words {
    /**
     * They say how an icon is drawn or that it is a logo, not what it shows; the same drawing has them in one family
     * only.
     */
    private static final Set<String> STYLE =
            Set.of("outline", "outlined", "filled", "fill", "solid", "regular", "variant", "brand");

    private static final Pattern TAG = Pattern.compile("[a-z0-9]+( [a-z0-9]+){0,2}");
    private static final Pattern SEPARATOR = Pattern.compile("[-_/+&. ]+");

    private Words() {}

    /** {@code alarm-clock-outline} becomes {@code alarm clock}; a name of nothing but style stays as it is. */
    static String name(String identifier) {
        List<String> kept = new ArrayList<>();
        for (String word : SEPARATOR.split(identifier.toLowerCase(Locale.ROOT))) {
            if (!STYLE.contains(word)) {
                kept.add(word);
            }
        }
        return kept.isEmpty() ? identifier : String.join(" ", kept);
    }

    /** Terms in words: lower case, at most three plain words each, none twice and none that is the name. */
    static List<String> tags(String name, List<String> terms) {
        Set<String> tags = new LinkedHashSet<>();
        for (String term : terms) {
            String tag = SEPARATOR
                    .matcher(term.toLowerCase(Locale.ROOT))
                    .replaceAll(" ")
                    .strip();
            if (TAG.matcher(tag).matches() && !tag.equals(name)) {
                tags.add(tag);
            }
        }
        return List.copyOf(tags);
    }
}
