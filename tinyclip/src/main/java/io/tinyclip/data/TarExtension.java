package io.tinyclip.data;

import java.util.Optional;

/**
 * What extension headers of a tar say of the member behind them.
 *
 * @param name instead of the header's
 * @param length instead of the header's; not negative
 * @param sparse whether only parts of the file are stored, so that its bytes are not as they lie there
 */
record TarExtension(Optional<String> name, Optional<Long> length, boolean sparse) {
    static final TarExtension NONE = new TarExtension(Optional.empty(), Optional.empty(), false);

    private static final int MOST_DIGITS = 18;

    TarExtension withName(String other) {
        return new TarExtension(Optional.of(other).filter(it -> !it.isEmpty()), length, sparse);
    }

    /**
     * With the records of a pax header, each of its length in digits, a space, {@code key=value} and a line's end.
     *
     * @throws IllegalArgumentException if they are none; the message says what is there
     */
    TarExtension withPax(byte[] records) {
        TarExtension all = this;
        int at = 0;
        while (at < records.length && records[at] != 0) {
            int space = at;
            int recordLength = 0;
            while (space < records.length
                    && records[space] >= '0'
                    && records[space] <= '9'
                    && space - at < MOST_DIGITS / 2) {
                recordLength = recordLength * 10 + records[space++] - '0';
            }
            int end = at + recordLength;
            boolean whole = space > at
                    && space < records.length
                    && records[space] == ' '
                    && end > space + 1
                    && end <= records.length
                    && records[end - 1] == '\n';
            if (!whole) {
                throw new IllegalArgumentException("no record at its byte " + at);
            }
            all = all.withRecord(records, space + 1, end - 1);
            at = end;
        }
        return all;
    }

    private TarExtension withRecord(byte[] records, int from, int to) {
        int equals = from;
        while (equals < to && records[equals] != '=') {
            equals++;
        }
        if (equals == to) {
            throw new IllegalArgumentException("a record without a value");
        }
        String key = TarHeader.text(records, from, equals - from);
        String value = TarHeader.text(records, equals + 1, to - equals - 1);
        if (key.equals("path")) {
            return withName(value);
        }
        if (key.equals("size")) {
            if (value.length() > MOST_DIGITS || !value.matches("[0-9]+")) {
                throw new IllegalArgumentException("a size of [" + value + "]");
            }
            return new TarExtension(name, Optional.of(Long.parseLong(value)), sparse);
        }
        return key.startsWith("GNU.sparse.") ? new TarExtension(name, length, true) : this;
    }
}
