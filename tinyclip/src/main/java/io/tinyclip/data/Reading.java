package io.tinyclip.data;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * How files become pairs, the same for all of a source; decides which captions a pair has.
 *
 * @param captionsPerLine whether each line of a text file is a caption of its own, as in sets for retrieval; else a text file is
 *     one caption, as in sets for training
 * @param encoding of texts that are not UTF-8; UTF-8 where there is none, and then such texts are left out
 * @param skipsDamaged whether a shard that is missing or damaged is left out and counted; else it is refused
 * @param table how tables of pairs are written
 * @param labels whether what belongs to a picture in a tar is the number of its class, in {@code key.cls} or {@code key.cls.txt},
 *     and its texts do not count
 */
public record Reading(boolean captionsPerLine, Charset encoding, boolean skipsDamaged, Table table, boolean labels) {
    /** A text file is one caption in UTF-8, and whatever is missing or damaged is refused. */
    public static final Reading USUAL = new Reading(false, StandardCharsets.UTF_8, false, Table.USUAL);

    /** Of pictures with texts. */
    public Reading(boolean captionsPerLine, Charset encoding, boolean skipsDamaged, Table table) {
        this(captionsPerLine, encoding, skipsDamaged, table, false);
    }

    /**
     * A table with a pair in each row, under a row of names.
     *
     * @param separator between fields; empty for a comma in {@code .csv} and a tab in all else
     * @param picture name of the column of paths
     * @param caption name of the column of captions
     */
    public record Table(String separator, String picture, String caption) {
        /** The names that OpenCLIP has unless it is told others. */
        public static final Table USUAL = new Table("", "filepath", "title");
    }

    /** The same with lines of a text file as captions of their own, or not. */
    public Reading withCaptionsPerLine(boolean perLine) {
        return new Reading(perLine, encoding, skipsDamaged, table, labels);
    }

    /** The same with the number of a class as a picture's one text. */
    public Reading ofLabels() {
        return new Reading(false, encoding, skipsDamaged, table, true);
    }

    /** Another text where the same files would give other pairs. */
    public String rules() {
        return "captions per line " + captionsPerLine + ", encoding " + encoding.name() + (labels ? ", labels" : "");
    }
}
