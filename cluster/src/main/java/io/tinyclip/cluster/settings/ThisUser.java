package io.tinyclip.cluster.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whose process this is: folders that all users share have a folder for each. */
public final class ThisUser {
    private ThisUser() {}

    /** The user's number, since one may have no name. */
    public static String number() {
        try {
            return owner(Path.of("/proc/self"));
        } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
            return System.getProperty("user.name", "");
        }
    }

    /** Whether a folder is there that somebody else made in this user's place, who could then change what lies in it. */
    public static boolean isForeign(Path folder) throws IOException {
        return Files.exists(folder) && !owner(folder).equals(number());
    }

    private static String owner(Path file) throws IOException {
        return String.valueOf(Files.getAttribute(file, "unix:uid"));
    }
}
