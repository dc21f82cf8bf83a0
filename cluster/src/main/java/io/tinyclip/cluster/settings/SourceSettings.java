package io.tinyclip.cluster.settings;

import io.tinyclip.data.IndexMode;
import io.tinyclip.data.Reading;
import java.nio.charset.Charset;

/**
 * How a user's own files become pairs.
 *
 * @param captionsPerLine which sources have a caption in each line of a text file
 * @param encoding of texts that are not UTF-8
 * @param skipsMissing whether tars and pictures that are missing or damaged are left out
 * @param upsampling how often a pass sees each source's pairs; empty for once
 * @param table how tables are written
 * @param index when tars of training pairs are read for their indexes
 */
public record SourceSettings(
        CaptionsPerLine captionsPerLine,
        Charset encoding,
        boolean skipsMissing,
        String upsampling,
        Reading.Table table,
        IndexMode index) {
    /** Sources in which each line of a text is a caption of its own. */
    public enum CaptionsPerLine {
        EVALUATION,
        ALWAYS,
        NEVER
    }

    /** Of training pairs. */
    public Reading training() {
        return new Reading(captionsPerLine == CaptionsPerLine.ALWAYS, encoding, skipsMissing, table);
    }

    /** Of pairs for evaluation. */
    public Reading evaluation() {
        return new Reading(captionsPerLine != CaptionsPerLine.NEVER, encoding, skipsMissing, table);
    }
}
