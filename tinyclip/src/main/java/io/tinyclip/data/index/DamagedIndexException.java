package io.tinyclip.data.index;

/** An index that cannot be believed; the shard is read again. */
final class DamagedIndexException extends Exception {
    private static final long serialVersionUID = 1;

    DamagedIndexException(String why) {
        super(why);
    }
}
