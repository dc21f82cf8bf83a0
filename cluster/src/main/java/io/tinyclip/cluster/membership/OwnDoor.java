package io.tinyclip.cluster.membership;

import io.tinyclip.actors.tls.RunTls;
import io.tinyclip.cluster.guard.Question;
import io.tinyclip.cluster.guard.Reply;
import io.tinyclip.cluster.settings.ClusterSettings.Address;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether this process is reached where it says that it is: it asks there itself, now and then. A coordinator without another
 * candidate has nobody who would tell it, and would wait for machines for ever that cannot come.
 *
 * <pre>
 * unknown    answered          -> reached
 * unknown    not answered      -> unknown: what it announces may lead here from elsewhere alone, as with NAT
 * reached    not answered      -> missed once, twice, ...; answered again -> reached
 * missed as often as {@link #LOOKS} -> deaf, for good
 * </pre>
 *
 * Looks are counted, not the time between them: a process that slept is not deaf. One that is closed without an answer found
 * somebody, who had no room or did not take its certificate.
 */
final class OwnDoor implements AutoCloseable {
    static final int LOOKS = 8;

    private static final Logger LOG = LoggerFactory.getLogger(OwnDoor.class);
    private static final Duration ANSWERED_WITHIN = Duration.ofSeconds(10);

    private final BooleanSupplier asks;
    private final CompletableFuture<Void> deaf = new CompletableFuture<>();
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "tinyclip-own-door");
        thread.setDaemon(true);
        return thread;
    });
    private boolean reached;
    private int missed;

    /** @param asks whether the door answers; may block */
    OwnDoor(BooleanSupplier asks) {
        this.asks = asks;
    }

    /**
     * Watches.
     *
     * @param address that this process announces, once it is known
     * @param limit in which it looks {@link #LOOKS} times
     */
    static OwnDoor watched(Supplier<Address> address, Optional<RunTls> tls, Duration limit) {
        OwnDoor door = new OwnDoor(() -> answers(address.get(), tls));
        long every = limit.toMillis() / LOOKS;
        door.looking.scheduleWithFixedDelay(door::look, 0, every, TimeUnit.MILLISECONDS);
        return door;
    }

    private static boolean answers(Address address, Optional<RunTls> tls) {
        try {
            Reply reply = MemberCall.ask(address, tls, Question.HERE, ANSWERED_WITHIN);
            return reply.kind() == Reply.Kind.HERE;
        } catch (SSLException | EOFException e) {
            LOG.debug("the own port at [{}] has closed without an answer", address, e);
            return true;
        } catch (IOException e) {
            LOG.debug("the own port at [{}] does not answer", address, e);
            return false;
        }
    }

    /** Looks once; not at the same time as another. */
    void look() {
        if (asks.getAsBoolean()) {
            reached = true;
            missed = 0;
        } else if (reached && ++missed == LOOKS) {
            deaf.complete(null);
        }
    }

    /** Completes once the door answers no more. */
    CompletableFuture<Void> deaf() {
        return deaf.copy();
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
