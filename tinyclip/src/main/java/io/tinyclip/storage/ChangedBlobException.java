package io.tinyclip.storage;

import java.io.IOException;

/** What lies at a location is not what was there when it was opened; it has changed for everybody who reads it. */
public final class ChangedBlobException extends IOException {
    private static final long serialVersionUID = 1L;

    public ChangedBlobException(String location, String was, String is) {
        super("[" + location + "] has changed since it was opened (" + was + ", now " + is
                + "); restore it, or start again");
    }
}
