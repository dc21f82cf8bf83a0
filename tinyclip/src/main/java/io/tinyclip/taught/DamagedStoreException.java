package io.tinyclip.taught;

import java.io.Serial;

/** What lies in the place of a store's file is none of this store, or not as it was written; the message goes on from its name. */
final class DamagedStoreException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    DamagedStoreException(String message) {
        super(message);
    }

    /** The message. */
    String what() {
        return String.valueOf(getMessage());
    }
}
