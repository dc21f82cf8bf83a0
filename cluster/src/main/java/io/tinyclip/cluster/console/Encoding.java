package io.tinyclip.cluster.console;

import io.tinyclip.model.InvalidInputException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The letters that this process and its surroundings exchange. Java reads arguments, and names files, in the encoding of the
 * locale that it was started under, which nothing can change afterwards; what it prints may be in another.
 */
public final class Encoding {
    private static final char UNREADABLE = '\uFFFD';
    private static final String REMEDY = "; start it with LC_ALL=C.UTF-8 in the environment";

    private Encoding() {}

    /** Of what is printed: the locale's, or UTF-8 where no locale is set, as terminals of today read it. */
    public static Charset printed() {
        return printed(System.getProperty("native.encoding", "UTF-8"));
    }

    static Charset printed(String locale) {
        Charset charset = Charset.isSupported(locale) ? Charset.forName(locale) : StandardCharsets.UTF_8;
        return charset.equals(StandardCharsets.US_ASCII) ? StandardCharsets.UTF_8 : charset;
    }

    /** Lets this process print all letters; call it before anything is printed. */
    public static void speak() {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.out), true, printed()));
        System.setErr(new PrintStream(new FileOutputStream(FileDescriptor.err), true, printed()));
    }

    /**
     * Checks that Java could read what it was started with.
     *
     * @param folder where this process works, as Java read it
     * @throws InvalidInputException if not, with the remedy
     */
    public static void requireReadable(String folder, String... arguments) {
        if (folder.indexOf(UNREADABLE) >= 0) {
            throw new InvalidInputException("the working folder's name cannot be read in the locale's encoding "
                    + ofNames() + REMEDY + ", or in another folder");
        }
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(UNREADABLE) >= 0) {
                throw new InvalidInputException("argument " + (i + 1) + " [" + arguments[i]
                        + "] has letters that cannot be read in the locale's encoding " + ofNames() + REMEDY);
            }
        }
    }

    /**
     * Checks that Java could read the name of a file that a folder lists, so that others can find it by that.
     *
     * @throws InvalidInputException if not, with the remedy
     */
    public static void requireReadable(Path listed) {
        if (!named(listed.toString()).equals(Optional.of(listed))) {
            throw new InvalidInputException("the folder has a file [" + listed
                    + "] whose name cannot be read in the locale's encoding " + ofNames() + REMEDY
                    + ", or rename it in UTF-8");
        }
    }

    private static Optional<Path> named(String name) {
        try {
            return Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            return Optional.empty(); // letters that stand for unreadable bytes are not in the encoding either
        }
    }

    /** What a person is told of a path that Java cannot name. */
    public static String unnameable(String path) {
        return "the path [" + path + "] cannot be named in the locale's encoding " + ofNames() + REMEDY;
    }

    private static String ofNames() {
        return "[" + System.getProperty("sun.jnu.encoding", "unknown") + "]";
    }
}
