package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;

/**
 * A decoder's verdict: bytes that were read completely are no picture that can be used, whoever tries. Never of a failed
 * read, a lack of memory or of time, which say nothing of the bytes.
 */
public final class BadPictureException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    private final String reason;

    /** @param reason what is wrong, without the place, as in {@code has 0 bytes} */
    public BadPictureException(String reason) {
        super(reason);
        this.reason = reason;
    }

    /** @param reason what is wrong, without the place, as in {@code cannot be decoded (two sizes)} */
    public BadPictureException(String reason, Throwable cause) {
        super(reason, cause);
        this.reason = reason;
    }

    private BadPictureException(String where, BadPictureException verdict) {
        super("picture " + where + " " + verdict.reason + "; replace it or leave it out", verdict);
        this.reason = verdict.reason;
    }

    /** The same of a picture whose place is known: what, where and the remedy in one line. */
    public BadPictureException at(String where) {
        return new BadPictureException(where, this);
    }

    /** What is wrong, without the place; the same wherever the bytes lie. */
    public String reason() {
        return reason;
    }
}
