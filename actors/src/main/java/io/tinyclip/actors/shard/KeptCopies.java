package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.task.AfterWork;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The copies that a parameter server keeps of others' shards, by the shards' numbers. Used by the server's actor alone. */
final class KeptCopies {
    private final String server;
    private final ShardTools tools;
    private final ShardReplies replies;
    private final AfterWork<ServerCommand> after;
    private final TreeMap<Integer, CopyHands.Keeper> kept = new TreeMap<>();

    /** @param server under whose name copies are published */
    KeptCopies(String server, ShardTools tools, ShardReplies replies, AfterWork<ServerCommand> after) {
        this.server = server;
        this.tools = tools;
        this.replies = replies;
        this.after = after;
    }

    /** What a message means for one of them. */
    void one(int shard, ServerCommand message, Function<CopyState, List<CopyEffect>> fact) {
        perform(kept.computeIfAbsent(shard, this::newKeeper), message, fact);
    }

    private CopyHands.Keeper newKeeper(int shard) {
        HeldCopy held = new HeldCopy(server + "/copy-" + shard, tools);
        return new CopyHands.Keeper(new CopyState(shard), held, replies, after);
    }

    /** What a message means for each of them. */
    void all(ServerCommand message, Function<CopyState, List<CopyEffect>> fact) {
        kept.values().forEach(keeper -> perform(keeper, message, fact));
    }

    private static void perform(
            CopyHands.Keeper keeper, ServerCommand message, Function<CopyState, List<CopyEffect>> fact) {
        new CopyHands(keeper, message).perform(fact.apply(keeper.state()));
    }

    /** Numbers of those that are whole, of this epoch and layout. */
    List<Integer> whole(Stamp of) {
        return kept.entrySet().stream()
                .filter(it -> it.getValue().state().isWhole(of))
                .map(Map.Entry::getKey)
                .toList();
    }

    void dropAll() {
        kept.values().forEach(keeper -> keeper.held().drop());
    }
}
