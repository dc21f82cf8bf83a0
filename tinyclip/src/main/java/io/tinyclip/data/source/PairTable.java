package io.tinyclip.data.source;

import io.tinyclip.data.Captions;
import io.tinyclip.data.Leftovers;
import io.tinyclip.data.PairDataset;
import io.tinyclip.data.Reading;
import io.tinyclip.data.TextDecoder;
import io.tinyclip.model.InvalidInputException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A table with the path of a picture and a caption in each row, as OpenCLIP trains on. Paths that are relative begin at the
 * table's folder.
 */
final class PairTable {
    private static final String REMEDY = "check the columns, and where the paths in them begin";

    private final Path file;
    private final String setting;
    private final Reading reading;
    private final Leftovers leftovers = new Leftovers();
    private final Captions captions;
    private final TextDecoder decoder;

    PairTable(Path file, String setting, Reading reading) {
        this.file = file;
        this.setting = setting;
        this.reading = reading;
        this.captions = new Captions(reading, leftovers);
        this.decoder = new TextDecoder(reading.encoding(), leftovers);
    }

    /**
     * Reads the table.
     *
     * @throws InvalidInputException if it is missing, damaged, without the columns, or without a pair
     */
    PairDataset open() {
        if (!Files.isRegularFile(file)) {
            throw new InvalidInputException("no file [" + file + "], which " + setting + " names; check the path");
        }
        FilePairs.Builder builder = new FilePairs.Builder(reading, leftovers);
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            TableReader rows = new TableReader(in, separator(), file.toString());
            List<String> names = names(rows.next());
            int picture = column(names, reading.table().picture(), "tinyclip.data.csv-img-key");
            int caption = column(names, reading.table().caption(), "tinyclip.data.csv-caption-key");
            for (Optional<List<byte[]>> row = rows.next(); row.isPresent(); row = rows.next()) {
                add(row.get(), rows.row(), picture, caption, builder);
            }
        } catch (IOException e) {
            throw new InvalidInputException(
                    "table [" + file + "] of " + setting + " cannot be read (" + e + "); check its permissions", e);
        }
        return builder.build(setting + " [" + file + "]", REMEDY);
    }

    private void add(List<byte[]> row, long number, int picture, int caption, FilePairs.Builder builder) {
        String name = file + " row " + number;
        Optional<String> path = field(row, picture, name);
        if (path.isEmpty()) {
            leftovers.count(Leftovers.Reason.WITHOUT_PICTURE, name);
            return;
        }
        List<String> texts = field(row, caption, name)
                .map(text -> captions.ofText(text, name))
                .orElse(List.of());
        builder.add(path(path.get(), name), name, texts);
    }

    private Optional<String> field(List<byte[]> row, int column, String name) {
        return column < row.size()
                ? decoder.text(row.get(column), name).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    private Path path(String path, String name) {
        try {
            return file.toAbsolutePath().resolveSibling(path.strip());
        } catch (InvalidPathException e) {
            throw new InvalidInputException(
                    "[" + path + "] in [" + name
                            + "] is no path in the locale's encoding; correct it, or start it with LC_ALL=C.UTF-8 in the environment",
                    e);
        }
    }

    private List<String> names(Optional<List<byte[]>> row) {
        List<String> names = new ArrayList<>();
        row.orElse(List.of())
                .forEach(name ->
                        names.add(decoder.text(name, file.toString()).orElse("").strip()));
        return names;
    }

    private int column(List<String> names, String wanted, String key) {
        int column = names.indexOf(wanted);
        if (column < 0 || names.lastIndexOf(wanted) != column) {
            throw new InvalidInputException("table [" + file + "] has " + (column < 0 ? "no" : "more than one")
                    + " column [" + wanted + "], but " + names + "; set " + key
                    + ", or tinyclip.data.csv-separator if these are not the columns");
        }
        return column;
    }

    private char separator() {
        String set = reading.table().separator();
        if (!set.isEmpty()) {
            return set.charAt(0);
        }
        return file.toString().toLowerCase(Locale.ROOT).endsWith(".csv") ? ',' : '\t';
    }
}
