package io.tinyclip.data.source;

import io.tinyclip.data.Captions;
import io.tinyclip.model.InvalidInputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rows of fields, by RFC 4180 and with any separator: a field that begins with a quote ends at the next single one, and two of
 * them stand for one; a quote within another field is a letter. Rows end in LF or CR LF; empty ones are passed over.
 */
public final class TableReader {
    private static final int END = -1;

    private final InputStream in;
    private final char separator;
    private final String place;
    private long row;
    /** The byte to read next, or -1 at the end. */
    private int next;

    /**
     * @param separator of ASCII
     * @param place of the table, for messages
     */
    public TableReader(InputStream in, char separator, String place) throws IOException {
        this.in = in;
        this.separator = separator;
        this.place = place;
        this.next = in.read();
    }

    /** The number of the row that was read last, the first one being 1; empty ones count, lines within quotes do not. */
    public long row() {
        return row;
    }

    /**
     * The fields of the next row, as bytes.
     *
     * @throws InvalidInputException if a quote is not closed, or a field is longer than a caption may be
     */
    public Optional<List<byte[]>> next() throws IOException {
        while (next != END) {
            row++;
            List<byte[]> fields = new ArrayList<>();
            fields.add(field());
            while (next == separator) {
                next = in.read();
                fields.add(field());
            }
            next = in.read(); // behind the line's end
            if (fields.size() > 1 || fields.get(0).length > 0) {
                return Optional.of(fields);
            }
        }
        return Optional.empty();
    }

    /** Reads up to a separator, a line's end or the end. */
    private byte[] field() throws IOException {
        ByteArrayOutputStream field = new ByteArrayOutputStream();
        if (next == '"') {
            quoted(field);
        }
        boolean returned = false;
        while (next != separator && next != '\n' && next != END) {
            if (returned) {
                put('\r', field);
            }
            returned = next == '\r';
            if (!returned) {
                put(next, field);
            }
            next = in.read();
        }
        if (returned && next == separator) {
            put('\r', field);
        }
        return field.toByteArray();
    }

    private void quoted(ByteArrayOutputStream field) throws IOException {
        next = in.read();
        while (true) {
            if (next == END) {
                throw new InvalidInputException("table [" + place + "] has a quote in row " + row
                        + " that is not closed; close it, or double quotes that are letters");
            }
            if (next == '"') {
                next = in.read();
                if (next != '"') {
                    return;
                }
            }
            put(next, field);
            next = in.read();
        }
    }

    private void put(int value, ByteArrayOutputStream field) {
        if (field.size() == Captions.MOST_BYTES) {
            throw new InvalidInputException("table [" + place + "] has a field of more than " + Captions.MOST_BYTES
                    + " bytes in row " + row + "; check tinyclip.data.csv-separator and the quotes");
        }
        field.write(value);
    }
}
