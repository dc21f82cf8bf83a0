package io.tinyclip.data.icons;

import io.tinyclip.random.Counter;
import java.util.List;
import java.util.function.Consumer;

/** What a picture of an icon is called: in full, by name alone, or by name and other words for it. */
public final class IconCaption {
    private static final int FORM_AT = 0;
    private static final int TAG_AT = 1;

    /** Chances of the forms, in sixteenths, by the upper ends of their ranges. */
    private static final int FORMS = 16;

    private static final int FULL = 5;
    private static final int FULL_WITH_TAGS = 6;
    private static final int PROMPT = 11;
    private static final int NAME = 12;
    private static final int NAME_IN_COLORS = 13;

    private static final String VOWELS = "aeiou";

    private IconCaption() {}

    /** {@code a red alarm clock icon on a pale blue background}. */
    public static String full(String name, String foreground, String background) {
        return article(foreground) + " " + name + " icon on " + article(background) + " background";
    }

    /** {@code alarm clock icon}: the text to look for pictures by name with. */
    public static String prompt(String name) {
        return name + " icon";
    }

    /** One of the forms, chosen by the key; other words for the icon only where it has any. */
    static String random(Icon icon, IconPicture picture, long key) {
        String foreground = picture.foreground();
        String background = picture.background();
        int form = Counter.below(key, FORM_AT, FORMS);
        if (form < FULL) {
            return full(icon.name(), foreground, background);
        }
        if (form < FULL_WITH_TAGS) {
            return article(foreground) + " icon of " + article(icon.name()) + tags(icon, key) + ", on "
                    + article(background) + " background";
        }
        if (form < PROMPT) {
            return prompt(icon.name());
        }
        if (form < NAME) {
            return icon.name();
        }
        if (form < NAME_IN_COLORS) {
            return icon.name() + ", " + foreground + " on " + background;
        }
        return prompt(icon.name()) + tags(icon, key);
    }

    /** Every word of every form but names and tags. */
    static void forEachWord(Consumer<String> text) {
        text.accept("a an icon of on background ,");
        for (Palette.Pair pair : Palette.pairs()) {
            text.accept(pair.foreground().name() + " " + pair.background().name());
        }
    }

    private static String tags(Icon icon, long key) {
        List<String> tags = icon.tags();
        if (tags.isEmpty()) {
            return "";
        }
        int first = Counter.below(key, TAG_AT, tags.size());
        if (tags.size() == 1) {
            return ", " + tags.get(first);
        }
        int second = (first + 1 + Counter.below(key, TAG_AT + 1, tags.size() - 1)) % tags.size();
        return ", " + tags.get(first) + ", " + tags.get(second);
    }

    private static String article(String words) {
        return (VOWELS.indexOf(words.charAt(0)) < 0 ? "a " : "an ") + words;
    }
}
