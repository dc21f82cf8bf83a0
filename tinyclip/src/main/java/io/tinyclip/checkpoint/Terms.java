package io.tinyclip.checkpoint;

import io.tinyclip.failpoint.Failpoint;
import io.tinyclip.model.InvalidInputException;
import io.tinyclip.storage.SharedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Who leads a run, in one folder that all candidates share: a term belongs to whoever created its file, {@code term-N},
 * and no two can. The highest term leads; a coordinator that finds a higher one than its own has been followed by another.
 */
public final class Terms {
    private static final String PREFIX = "term-";
    private static final Pattern NAME = Pattern.compile(PREFIX + "[1-9]\\d{0,8}");
    /** The highest there can be: what has more digits is no term. */
    static final long MOST = 999_999_999;

    private static final int MOST_ATTEMPTS = 1000;
    private static final int KEPT = 3;

    private final SharedFolder folder;
    private final Journal journal;

    /** @param journal whose term is a lower bound, since the files may be lost */
    Terms(SharedFolder folder, Journal journal) {
        this.folder = folder;
        this.journal = journal;
    }

    static boolean isTerm(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Takes the next term; old files but the newest few go.
     *
     * @return above every term that was claimed here before
     * @throws UncheckedIOException naming the folder and what to do, if it cannot be written
     * @throws InvalidInputException if a file has the last term that there can be
     */
    public long claim() {
        try {
            for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
                long term = next();
                // A file that was removed as an old one can be made a second time: then a higher term is there.
                Failpoint.TERM_CLAIM.before();
                if (folder.create(name(term)) && newest() == term) {
                    Failpoint.TERM_CLAIM.after();
                    journal.claimed(term);
                    removeOld(term);
                    return term;
                }
            }
            throw new InvalidInputException("cannot claim a term in [" + folder.shown("") + "]: others were faster "
                    + MOST_ATTEMPTS + " times; see who else leads this run, then start again");
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot claim a term in [" + folder.shown("") + "]: " + e
                            + "; make the folder writable, then start again",
                    e);
        }
    }

    /** Takes the next term, as {@link #claim()} does. */
    public Term take() {
        return new Term(this, claim());
    }

    /** The highest term that was claimed; 0 before the first. */
    public long newest() {
        return claimed().stream().reduce(journal.term(), Math::max);
    }

    private long next() {
        long newest = newest();
        if (newest >= MOST) {
            throw new InvalidInputException(
                    "[" + folder.shown(name(newest)) + "] is the last term that there can be, so nobody can"
                            + " lead after it; remove the file if no run of this folder is running");
        }
        return newest + 1;
    }

    private List<Long> claimed() {
        return folder.names("").stream()
                .filter(Terms::isTerm)
                .map(name -> Long.parseLong(name.substring(PREFIX.length())))
                .toList();
    }

    private void removeOld(long newest) {
        for (long term : claimed()) {
            if (term <= newest - KEPT) {
                folder.delete(name(term));
            }
        }
    }

    private static String name(long term) {
        return PREFIX + term;
    }
}
