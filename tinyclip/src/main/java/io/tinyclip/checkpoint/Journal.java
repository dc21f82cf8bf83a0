package io.tinyclip.checkpoint;

/**
 * What remembers, outside the checkpoints' folder, what was in it: so that what was lost is told from what never was, and no
 * term is claimed twice.
 */
public interface Journal {
    /** Of a store that nobody asks what it has lost. */
    Journal NONE = new Journal() {
        @Override
        public long term() {
            return 0;
        }

        @Override
        public void claimed(long term) {}

        @Override
        public void newest(long steps) {}
    };

    /** The highest term that is known to have been claimed; 0 before the first. */
    long term();

    /** A term was claimed; returns once that is durable. */
    void claimed(long term);

    /**
     * A checkpoint is whole but for its manifest, which is written once this returns; what belongs to it lies elsewhere, too.
     *
     * @param steps committed steps of the whole run
     */
    default void committing(long steps) {}

    /**
     * Another checkpoint is the newest; returns once that is durable.
     *
     * @param steps committed steps of the whole run; 0 where there is none any more, as their bits were in doubt
     */
    void newest(long steps);
}
