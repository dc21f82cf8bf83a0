package io.tinyclip.cluster.record;

import io.tinyclip.checkpoint.FollowedException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a run folder learns of each step. On a disk that all share it has been written already, by whoever leads. A store is told
 * at most once a second, beside the steps, which do not wait for it: a store that does not answer for a while costs no step.
 */
public final class Steps implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Steps.class);
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LATE = Duration.ofSeconds(10);
    private static final Duration END = Duration.ofSeconds(30);

    private final Runnable lead;
    private final Optional<WorkingCopy> copy;
    private final AtomicBoolean telling = new AtomicBoolean();
    private final ExecutorService teller = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "run-folder-steps");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Optional<FollowedException> followed = Optional.empty();
    private long written;
    private long toldNanos = System.nanoTime() - EVERY.toNanos();

    /**
     * @param lead throws where another process leads
     * @param copy of a folder that is in a store
     */
    Steps(Runnable lead, Optional<WorkingCopy> copy) {
        this.lead = lead;
        this.copy = copy;
    }

    /**
     * Before a step is written down. A store is not asked each time: what is written here nobody else sees.
     *
     * @throws FollowedException if another process leads
     */
    public void requireLead() {
        if (copy.isEmpty()) {
            lead.run();
        } else if (followed.isPresent()) {
            throw followed.get();
        }
    }

    /**
     * The files of steps were cut to where the run begins or goes on.
     *
     * @param steps that are in them
     */
    public void begun(long steps) {
        copy.ifPresent(it -> it.cut(lead));
        isWritten(steps);
    }

    /**
     * A step was written down. Called by one thread.
     *
     * @param steps that are in the files now
     */
    public void committed(long steps) {
        isWritten(steps);
        if (copy.isPresent()
                && System.nanoTime() - toldNanos >= EVERY.toNanos()
                && telling.compareAndSet(false, true)) {
            toldNanos = System.nanoTime();
            teller.execute(() -> tell(copy.get()));
        }
    }

    private synchronized void isWritten(long steps) {
        written = steps;
        notifyAll();
    }

    /**
     * Waits for steps that were committed and are not yet written down, since that is done beside them, so that a checkpoint has
     * its steps beside it; not for ever, as nothing but a report needs them.
     */
    void await(long steps) {
        long end = System.nanoTime() + LATE.toNanos();
        synchronized (this) {
            for (long left = LATE.toMillis(); written < steps && left > 0; left = millisUntil(end)) {
                try {
                    wait(left);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }

    private static long millisUntil(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - System.nanoTime());
    }

    private void tell(WorkingCopy here) {
        try {
            here.putGrowth(lead);
        } catch (FollowedException e) {
            followed = Optional.of(e);
        } catch (RuntimeException e) {
            LOG.info("the store does not hear of the newest steps now: {}", e.toString());
        } finally {
            telling.set(false);
        }
    }

    @Override
    public void close() {
        teller.shutdown();
        try {
            if (!teller.awaitTermination(END.toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.info("the store has not heard of the newest steps");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
