package io.tinyclip.cluster;

import io.tinyclip.cluster.machine.Mounts;
import io.tinyclip.cluster.settings.ThisUser;
import io.tinyclip.files.AtomicFile;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Where the native libraries that the jar carries are unpacked: a folder that the environment names, or the first that
 * serves of those that every machine has. A folder on a disk that forbids programs is found here, before a library is
 * loaded from it.
 *
 * @param path of the engine
 * @param scratch of libraries that are unpacked at each start; empty where nothing serves
 * @param note for the user, where another folder is used than the usual one
 */
record EngineFolder(Path path, Optional<Path> scratch, Optional<String> note) {
    /** Moves all of it. */
    static final String VARIABLE = "ENGINE_CACHE_DIR";

    private static final String NAME = ".djl.ai";
    private static final String LIBTORCH = "pytorch";

    /** What a folder is good for. */
    enum State {
        USABLE,
        /** Cannot be written, but libtorch lies there already. */
        UNPACKED,
        UNWRITABLE,
        FORBIDS_PROGRAMS
    }

    /**
     * The folders that are tried in this order where the environment names none.
     *
     * @param user told apart in folders that all users share
     */
    static List<Path> usual(String home, String temporary, String working, String user) {
        String own = NAME + "-" + user;
        return Stream.of(new String[][] {{home, NAME}, {temporary, own}, {"/var/tmp", own}, {working, NAME}})
                .filter(place -> place[0].startsWith("/")) // a user without a home has [?]
                .filter(place -> place[0].indexOf('\uFFFD') < 0)
                .map(place -> Path.of(place[0], place[1]))
                .distinct()
                .toList();
    }

    /** Whether another user made this user's folder in a shared place, to have libraries loaded from it. */
    private static boolean isForged(Path folder) throws IOException {
        return folder.endsWith(NAME + "-" + ThisUser.number()) && ThisUser.isForeign(folder);
    }

    /**
     * Decides.
     *
     * @param named by the environment
     * @param usual otherwise, the preferred one first; not empty
     * @throws InvalidInputException if no folder serves, naming the first of them and the variable
     */
    static EngineFolder choose(Optional<Path> named, List<Path> usual, Function<Path, State> look) {
        List<Path> tried = named.map(List::of).orElse(usual);
        List<String> refusals = new ArrayList<>();
        for (Path folder : tried) {
            State state = look.apply(folder);
            if (state == State.USABLE || state == State.UNPACKED) {
                Optional<Path> scratch = Stream.concat(Stream.of(folder), usual.stream())
                        .filter(place -> look.apply(place) == State.USABLE)
                        .findFirst();
                return new EngineFolder(folder, scratch, note(folder, refusals));
            }
            refusals.add(
                    state == State.FORBIDS_PROGRAMS
                            ? "[" + folder + "] is on a disk that forbids programs (noexec)"
                            : "cannot unpack libtorch into [" + folder + "]");
        }
        throw new InvalidInputException(
                String.join(", ", refusals) + "; set " + VARIABLE + " to a writable folder elsewhere with 500 MB free");
    }

    /** @throws InvalidInputException if nothing can be unpacked at a start */
    Path requireScratch() {
        return scratch.orElseThrow(
                () -> new InvalidInputException("[" + path + "] cannot be written, nor can any usual "
                        + "folder, and a few libraries are unpacked at each start; make a folder such as /tmp writable, or set "
                        + VARIABLE + " to one"));
    }

    private static Optional<String> note(Path folder, List<String> refusals) {
        return refusals.isEmpty()
                ? Optional.empty()
                : Optional.of("libraries are unpacked into [" + folder + "], since " + String.join(" and ", refusals)
                        + "; " + VARIABLE + " names another folder");
    }

    /** Looks at a folder of this machine, or, where it is missing, at the one in which it would be made. */
    static State look(Path folder) {
        try {
            Path there = AtomicFile.nearest(folder.toAbsolutePath());
            if (Mounts.read().forbidsPrograms(there.toRealPath())) {
                return State.FORBIDS_PROGRAMS;
            }
            if (isForged(folder)) {
                return State.UNWRITABLE;
            }
            boolean writable = Files.isDirectory(there) && Files.isWritable(there);
            return writable ? State.USABLE : readOnly(folder);
        } catch (IOException e) {
            return State.UNWRITABLE; // one that cannot be looked at and one that cannot be written have the same remedy
        }
    }

    /** Smaller libraries than libtorch are unpacked into scratch where they are missing. */
    static State readOnly(Path folder) {
        return Files.isDirectory(folder.resolve(LIBTORCH)) ? State.UNPACKED : State.UNWRITABLE;
    }
}
