package io.tinyclip.files;

import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What git leaves in the place of a large file where git-lfs was not there to fetch it. */
public final class LfsPointer {
    private static final int LONGEST = 1024;
    private static final Pattern POINTER =
            Pattern.compile("version https://git-lfs\\.github\\.com/spec/\\S+\n(?s:.*)size (\\d+)\n(?s:.*)");

    private LfsPointer() {}

    /**
     * Refuses a file that is only a pointer.
     *
     * @throws InvalidInputException if it is one
     */
    public static void refuse(Path file) {
        String head;
        try (InputStream in = Files.newInputStream(file)) {
            head = new String(in.readNBytes(LONGEST), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new InvalidInputException("cannot read [" + file + "]: " + e + "; check the path", e);
        }
        Matcher pointer = POINTER.matcher(head);
        if (pointer.matches()) {
            throw new InvalidInputException("[" + file + "] is a pointer of git-lfs in the place of a file of "
                    + pointer.group(1) + " bytes; fetch it with: git lfs pull");
        }
    }
}
