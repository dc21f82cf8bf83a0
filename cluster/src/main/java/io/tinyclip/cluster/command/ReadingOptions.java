package io.tinyclip.cluster.command;

import io.tinyclip.cluster.settings.SourceReader;
import io.tinyclip.data.Reading;
import picocli.CommandLine.Option;

/** How files become pairs that a model is judged on; as the keys of {@code tinyclip.data}, with their defaults. */
final class ReadingOptions {
    @Option(
            names = "--one-caption-per-text",
            description = "Takes a .txt of several lines as one caption; else each line is one.")
    private boolean joined;

    @Option(
            names = "--encoding",
            defaultValue = "utf-8",
            paramLabel = "NAME",
            description = "Encoding of texts that are not UTF-8, such as windows-1252; without it they are left out.")
    private String encoding = "utf-8";

    @Option(names = "--skip-missing", description = "Leaves out tars and pictures that are missing or damaged.")
    private boolean skip;

    @Option(
            names = "--csv-separator",
            defaultValue = "auto",
            paramLabel = "C",
            description =
                    "Between the fields of a table: auto (the default: comma in .csv, else tab), tab or a letter.")
    private String separator = "auto";

    @Option(
            names = "--csv-img-key",
            defaultValue = "filepath",
            paramLabel = "COLUMN",
            description = "Column of a table with paths of pictures; filepath if not given.")
    private String picture = "filepath";

    @Option(
            names = "--csv-caption-key",
            defaultValue = "title",
            paramLabel = "COLUMN",
            description = "Column of a table with captions; title if not given.")
    private String caption = "title";

    Reading reading() {
        return new Reading(
                !joined,
                SourceReader.encoding(encoding, "--encoding"),
                skip,
                new Reading.Table(SourceReader.separator(separator, "--csv-separator"), picture, caption));
    }
}
