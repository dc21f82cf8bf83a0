package io.tinyclip.checkpoint;

/** A term that was claimed: who has it leads, until another process claims a higher one. */
public final class Term {
    private final Terms terms;
    private final long number;

    Term(Terms terms, long number) {
        this.terms = terms;
        this.number = number;
    }

    public long number() {
        return number;
    }

    /** Whether nobody has claimed a higher one. */
    public boolean leads() {
        return terms.newest() == number;
    }

    /**
     * To be called before anything is made durable: a process may have slept for minutes since it looked last.
     *
     * @throws FollowedException if another process leads
     */
    public void require() {
        long newest = terms.newest();
        if (newest != number) {
            throw new FollowedException(number, newest);
        }
    }
}
