package io.tinyclip.actors.plane.tcp;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that others hold with this data plane, by the keys under which they were offered. */
@SuppressWarnings("FutureReturnValueIgnored") // A connection that fails is closed, and that is what is watched.
final class HeldSessions {
    private record Offer(Runnable ended, Optional<Channel> holder) {}

    private final Map<String, Offer> offers = new ConcurrentHashMap<>();

    /** @param ended is called, on any thread, each time that whoever held it last is gone */
    void offer(String key, Runnable ended) {
        offers.put(key, new Offer(ended, Optional.empty()));
    }

    void withdraw(String key) {
        Optional.ofNullable(offers.remove(key)).flatMap(Offer::holder).ifPresent(Channel::close);
    }

    /** Whoever holds one is gone to nobody any more. */
    void clear() {
        offers.clear();
    }

    /** A connection is to stand for the session; of two, the later one does. One that nobody offered is closed. */
    void hold(String key, Channel channel) {
        Optional<Offer> taken = Optional.ofNullable(
                offers.computeIfPresent(key, (same, offer) -> new Offer(offer.ended, Optional.of(channel))));
        if (taken.isEmpty()) {
            channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> lost(key, channel));
    }

    private void lost(String key, Channel channel) {
        offers.computeIfPresent(key, (same, offer) -> {
            if (!offer.holder.equals(Optional.of(channel))) {
                return offer;
            }
            offer.ended.run();
            return new Offer(offer.ended, Optional.empty());
        });
    }
}
