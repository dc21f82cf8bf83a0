package io.tinyclip.actors.plane.door;

import io.netty.channel.Channel;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The connections that others have opened. One is a stranger's until it has shown that it is a member's: on the data
 * plane by a key that it was told and nobody can guess, so that members are told from others on the same address.
 *
 * <pre>
 * opened, and there is room         -> stranger
 * opened, and there is none         -> stranger, in the place of the one that waits longest; closed where all are known
 * stranger that shows what it is    -> known, for as long as it is open
 * stranger for twice the timeout    -> closed, however busy
 * </pre>
 *
 * So whoever floods the port drives out others like himself: a member shows what it is in its first bytes. May be used from any thread.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
public final class Incoming {
    private static final int LOOKS = 8;

    /** Strangers of one address, in the order in which they came. */
    private final Map<String, Set<Channel>> strangers = new HashMap<>();

    private final Map<String, Integer> opened = new HashMap<>();
    private final Set<Channel> known = new LinkedHashSet<>();
    private final Guests limits;
    private final Duration timeout;
    private final Complaints complaints;
    private final String keys;

    /**
     * @param timeout half of what a stranger has
     * @param keys where the limits stand in the settings, such as {@code tinyclip.plane.incoming}
     */
    public Incoming(Guests limits, Duration timeout, Complaints complaints, String keys) {
        this.limits = limits;
        this.timeout = timeout;
        this.complaints = complaints;
        this.keys = keys;
    }

    /** False where there is no room: the channel has been closed. Called on the channel's event loop. */
    public boolean accept(Channel channel) {
        Optional<Channel> leaves;
        synchronized (this) {
            Optional<String> full = full(address(channel));
            leaves = full.map(reason -> placeOf(channel, reason));
            if (leaves.equals(Optional.of(channel))) {
                channel.close();
                return false;
            }
            leaves.ifPresent(this::forget);
            strangers
                    .computeIfAbsent(address(channel), unknown -> new LinkedHashSet<>())
                    .add(channel);
            opened.merge(address(channel), 1, Integer::sum);
        }
        leaves.ifPresent(Channel::close);
        channel.closeFuture().addListener(closed -> gone(channel));
        watch(channel);
        return true;
    }

    /** Why there is no room for one more of the address. */
    private Optional<String> full(String address) {
        if (opened.getOrDefault(address, 0) >= limits.byAddress()) {
            return Optional.of(limits.byAddress() + " of its connections are open (" + keys + ".by-address)");
        }
        if (size() >= limits.all()) {
            return Optional.of(limits.all() + " connections are open (" + keys + ".all)");
        }
        return size() - known.size() >= limits.strangers()
                ? Optional.of(limits.strangers() + " connections are open on which nobody has shown to be a member ("
                        + keys + ".strangers)")
                : Optional.empty();
    }

    /** Who is closed for it: a stranger of its own address, else of the address that has most, else itself. */
    private Channel placeOf(Channel channel, String reason) {
        boolean own = opened.getOrDefault(address(channel), 0) >= limits.byAddress();
        Channel leaves = Optional.ofNullable(strangers.get(address(channel)))
                .filter(alike -> own)
                .or(() -> own ? Optional.empty() : strangers.values().stream().max(Comparator.comparingInt(Set::size)))
                .map(alike -> alike.iterator().next())
                .orElse(channel);
        complaints.closed(leaves.remoteAddress(), reason);
        return leaves;
    }

    /** It has shown to be a member's. */
    public synchronized void known(Channel channel) {
        if (isStranger(channel)) {
            removeStranger(channel);
            known.add(channel);
        }
    }

    /** How many are open. */
    synchronized int size() {
        return known.size() + strangers.values().stream().mapToInt(Set::size).sum();
    }

    private synchronized void gone(Channel channel) {
        if (known.contains(channel) || isStranger(channel)) {
            forget(channel);
        }
    }

    private void forget(Channel channel) {
        known.remove(channel);
        removeStranger(channel);
        opened.computeIfPresent(address(channel), (same, count) -> count == 1 ? null : count - 1);
    }

    private void removeStranger(Channel channel) {
        strangers.computeIfPresent(address(channel), (same, alike) -> {
            alike.remove(channel);
            return alike.isEmpty() ? null : alike;
        });
    }

    private synchronized boolean isStranger(Channel channel) {
        return strangers.getOrDefault(address(channel), Set.of()).contains(channel);
    }

    /** Looks are counted, not the time between them: a process that slept finds unread what came meanwhile. */
    private void watch(Channel channel) {
        long every = 2 * timeout.toNanos() / LOOKS;
        int[] looks = {0};
        ScheduledFuture<?> looking = channel.eventLoop()
                .scheduleWithFixedDelay(
                        () -> {
                            if (++looks[0] >= LOOKS && isStranger(channel)) {
                                complaints.closed(channel.remoteAddress(), "it has not shown to be a member's");
                                channel.close();
                            }
                        },
                        every,
                        every,
                        TimeUnit.NANOSECONDS);
        channel.closeFuture().addListener(closed -> looking.cancel(false));
    }

    private static String address(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress at
                ? at.getAddress().getHostAddress()
                : String.valueOf(channel.remoteAddress());
    }
}
