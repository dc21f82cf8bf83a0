package io.tinyclip.text.repair;

import java.text.Normalizer;

/**
 * Mends broken Unicode as the Python library ftfy 6.3.1 does with its default settings, because the tokenizers that
 * CLIP's models were trained with begin with it: text decoded with the wrong code page, complete references of HTML, curly
 * quotes, ligatures, widths, line breaks, halves of surrogate pairs and control characters; then Unicode's composed form.
 *
 * <p>What it takes for broken is ftfy's judgement, carried over as data in badness.txt. Composition is the JDK's.
 * Unlike ftfy it repeats its steps only as long as a text's {@link Effort} lasts, which only long texts that are
 * broken or escaped many times over use up: those are left half mended.
 */
public final class TextRepair {
    /** Most characters that are judged together. */
    private static final int MOST = 1_000_000;

    private TextRepair() {}

    /** The text, each line mended for itself; lines after a {@code <} may be HTML, and keep its references. */
    public static String repair(String text) {
        StringBuilder repaired = new StringBuilder(text.length());
        Effort effort = new Effort();
        boolean references = true;
        int from = 0;
        while (from < text.length()) {
            String part = text.substring(from, end(text, from));
            references &= part.indexOf('<') < 0;
            repaired.append(part(part, references, effort));
            from += part.length();
        }
        return repaired.toString();
    }

    private static int end(String text, int from) {
        int line = text.indexOf('\n', from) + 1;
        int end = line == 0 ? text.length() : line;
        return end - from > MOST && text.codePointCount(from, end) > MOST ? text.offsetByCodePoints(from, MOST) : end;
    }

    /** Repeats all steps until they change nothing. */
    private static String part(String text, boolean references, Effort effort) {
        String before = text;
        String after = once(text, references, effort);
        while (!after.equals(before) && effort.spend(after.length())) {
            before = after;
            after = once(before, references, effort);
        }
        return after;
    }

    private static String once(String text, boolean references, Effort effort) {
        String plain = references ? HtmlEntities.unescapeComplete(text) : text;
        return Normalizer.normalize(Characters.mend(Decoding.mend(plain, effort)), Normalizer.Form.NFC);
    }
}
