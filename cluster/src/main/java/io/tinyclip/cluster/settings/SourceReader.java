package io.tinyclip.cluster.settings;

import io.tinyclip.cluster.settings.SourceSettings.CaptionsPerLine;
import io.tinyclip.data.IndexMode;
import io.tinyclip.data.Reading;
import io.tinyclip.model.InvalidInputException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;

/** Reads how files become pairs, for keys and for options of commands alike. */
public final class SourceReader {
    private static final String LETTERS = "Az 09";
    private static final String TAB = "\t";
    private static final String AUTO = "auto";

    private enum Missing {
        REFUSE,
        SKIP
    }

    private SourceReader() {}

    static SourceSettings read(SettingValues values) {
        return new SourceSettings(
                values.choice("data.captions-per-line", EnumSet.allOf(CaptionsPerLine.class)),
                encoding(values.text("data.encoding"), "tinyclip.data.encoding"),
                values.choice("data.missing", EnumSet.allOf(Missing.class)) == Missing.SKIP,
                values.text("data.upsampling"),
                new Reading.Table(
                        separator(values.text("data.csv-separator"), "tinyclip.data.csv-separator"),
                        values.filled("data.csv-img-key", "name the column of paths"),
                        values.filled("data.csv-caption-key", "name the column of captions")),
                values.choice("data.index", EnumSet.of(IndexMode.AUTO, IndexMode.BEFORE, IndexMode.FIRST_READ)));
    }

    /**
     * The encoding of a name.
     *
     * @param key names it in messages
     * @throws InvalidInputException if it is unknown, or texts in it cannot be told from UTF-8 letter by letter
     */
    public static Charset encoding(String name, String key) {
        try {
            Charset charset = Charset.forName(name);
            if (LETTERS.equals(new String(LETTERS.getBytes(StandardCharsets.US_ASCII), charset))) {
                return charset;
            }
        } catch (IllegalArgumentException e) {
            throw refusal(key, name);
        }
        throw refusal(key, name);
    }

    /**
     * A letter, or nothing where the table's name decides.
     *
     * @param word {@code auto}, {@code tab} or one letter of ASCII; a tab alone is stripped by readers of settings
     * @param key names it in messages
     */
    public static String separator(String word, String key) {
        if (word.equals(AUTO)) {
            return "";
        }
        if (word.isBlank() || word.equals("tab") || word.equals("\\t")) {
            return TAB;
        }
        if (word.length() == 1 && word.charAt(0) < 0x7f && word.charAt(0) != '"') {
            return word;
        }
        throw new InvalidInputException(key + " [" + word + "] must be auto, tab or one letter, such as [;]");
    }

    private static InvalidInputException refusal(String key, String name) {
        return new InvalidInputException(key + " [" + name
                + "] must be an encoding that Java knows and that writes ASCII as it is, such as utf-8, windows-1252,"
                + " gb18030 or shift_jis");
    }
}
