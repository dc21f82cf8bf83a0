package io.tinyclip.image;

import io.tinyclip.model.InvalidInputException;

/** A picture's bytes are no picture that can be decoded, whoever tries. */
public final class BadPictureException extends InvalidInputException {
    private static final long serialVersionUID = 1L;

    public BadPictureException(String what) {
        super(what);
    }

    public BadPictureException(String what, Throwable cause) {
        super(what, cause);
    }
}
