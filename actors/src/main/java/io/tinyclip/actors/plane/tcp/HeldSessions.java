package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.tinyclip.actors.plane.SessionWatch;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that others hold with this data plane, by the keys under which they were offered. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class HeldSessions {
    private static final AttributeKey<String> HELD = AttributeKey.valueOf(HeldSessions.class, "held");

    private record Offer(SessionWatch watch, Optional<Channel> holder) {}

    private final Duration timeout;
    private final Map<String, Offer> offers = new ConcurrentHashMap<>();

    /** @param timeout after which a holder of whom nothing is heard is gone */
    HeldSessions(Duration timeout) {
        this.timeout = timeout;
    }

    void offer(String key, SessionWatch watch) {
        offers.put(key, new Offer(watch, Optional.empty()));
    }

    void withdraw(String key) {
        Optional.ofNullable(offers.remove(key)).flatMap(Offer::holder).ifPresent(Channel::close);
    }

    /** Whoever holds one is gone to nobody any more. */
    void clear() {
        offers.clear();
    }

    /**
     * A connection is to stand for the session; of two, the later one does. Said again, it is answered. One
     * that nobody offered, or that stands for it no more, is closed, and told by false.
     */
    boolean hold(String key, Channel channel) {
        if (key.equals(channel.attr(HELD).getAndSet(key))) {
            return answer(key, channel);
        }
        Optional<Offer> taken = Optional.ofNullable(
                offers.computeIfPresent(key, (same, offer) -> new Offer(offer.watch, Optional.of(channel))));
        if (taken.isEmpty()) {
            channel.close();
            return false;
        }
        channel.pipeline().addFirst(Pulse.expected(timeout));
        channel.closeFuture().addListener(closed -> lost(key, channel));
        taken.get().watch.held(Tls.roles(channel));
        return true;
    }

    private boolean answer(String key, Channel channel) {
        boolean holds = Optional.ofNullable(offers.get(key))
                .filter(offer -> offer.holder.equals(Optional.of(channel)))
                .isPresent();
        if (holds) {
            channel.writeAndFlush(channel.alloc().buffer(1).writeByte(Frames.PULSE));
        } else {
            channel.close();
        }
        return holds;
    }

    private void lost(String key, Channel channel) {
        offers.computeIfPresent(key, (same, offer) -> {
            if (!offer.holder.equals(Optional.of(channel))) {
                return offer;
            }
            offer.watch.ended();
            return new Offer(offer.watch, Optional.empty());
        });
    }
}
