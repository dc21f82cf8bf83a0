package io.tinyclip.checkpoint;

/** Another process leads the run by now: whoever hears this writes nothing more. */
public final class FollowedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FollowedException(long own, long newest) {
        super("this coordinator led in term [" + own + "] and the run folder's newest is [" + newest
                + "]: another one leads");
    }
}
