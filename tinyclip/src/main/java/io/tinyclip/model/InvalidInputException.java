package io.tinyclip.model;

/** Something the user gave cannot be used. The message is one line: what, where, the bound and the remedy. */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
