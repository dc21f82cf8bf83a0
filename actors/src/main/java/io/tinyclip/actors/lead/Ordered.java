package io.tinyclip.actors.lead;

import io.tinyclip.actors.message.CoordinatorCommand;

/** From the coordinator to a member's door, before the member is asked: what it may answer for from now on. */
public sealed interface Ordered extends CoordinatorCommand.Local {
    /** A worker, by the number that it is asked with. */
    record Number(int worker) implements Ordered {}

    /** What a server is to a shard. */
    enum Part {
        HOLDS,
        KEEPS_A_COPY
    }

    /** A server, for a shard of this epoch. */
    record Shard(long epoch, int shard, Part part) implements Ordered {}

    /** A server, for the cut of this epoch's masks. */
    record Cut(long epoch) implements Ordered {}
}
