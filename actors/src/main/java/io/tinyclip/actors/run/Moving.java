package io.tinyclip.actors.run;

import io.tinyclip.actors.bounds.CoordinatorBounds;
import io.tinyclip.actors.message.Part;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.RunOrigin;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.RunEffect.LoadShards;
import io.tinyclip.actors.run.RunEffect.ReleaseOrigin;
import io.tinyclip.actors.run.RunEffect.ReleaseServer;
import io.tinyclip.actors.run.members.Servers;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Which servers hold the vector, and how it gets to others.
 *
 * <pre>
 * nowhere             an origin is found, and machines enough   -> on its way, from the origin, or from servers that have it
 * on its way          every shard ready                         -> held; the origin, or whoever held it and leaves, is let go
 * held, on its way    move: other servers, or the step anew     -> on its way, from those that hold it, in a new epoch
 * held, on its way    goBack: a server that has it is lost      -> nowhere, in a new epoch, until an origin is found
 * </pre>
 *
 * Shards are loaded once an epoch, by servers that are there, each one of them. A vector that moves is whole where it
 * comes from: as many servers publish it as the map names.
 */
final class Moving {
    /** Where the vector comes from. @param epoch in which its holders have it */
    private record Move(ShardMap from, long epoch) {}

    private final RunRules rules;
    private final Standing at;
    private final Servers servers;
    private final RunCheckpoints checkpoints;
    private Optional<RunOrigin> origin = Optional.empty();
    private Optional<Move> moving = Optional.empty();
    private ShardMap map = ShardMap.NONE;
    private OptionalLong inDoubt = OptionalLong.empty();
    private long loadedEpoch;

    Moving(RunRules rules, Standing at, Servers servers, RunCheckpoints checkpoints) {
        this.rules = rules;
        this.at = at;
        this.servers = servers;
        this.checkpoints = checkpoints;
    }

    ShardMap map() {
        return map;
    }

    /** Whether checkpoints in doubt are still to be removed. */
    boolean isInDoubt() {
        return inDoubt.isPresent();
    }

    /** Whether others are to hold the vector than those that do. */
    boolean isDue() {
        return !map.servers().equals(servers.staying());
    }

    /** Servers that hold none of it. */
    List<Integer> unneeded() {
        return servers.but(map.servers());
    }

    boolean needs(int server) {
        return map.has(server) || movesFrom(server);
    }

    private boolean movesFrom(int server) {
        return moving.filter(it -> it.from.has(server)).isPresent();
    }

    /** Whether with this server, which is gone, a part of the vector is gone that nobody else has. */
    boolean losesWith(int server) {
        return movesFrom(server) || moving.isEmpty() && map.has(server);
    }

    /** The run goes on from there, in the epoch that it says. */
    void goOnFrom(RunOrigin found) {
        at.goOnFrom(found.epoch(), found.position());
        at.pins().goOnFrom(found.pins());
        inDoubt = OptionalLong.empty();
        origin = Optional.of(found);
        checkpoints.goOnFrom(found.position(), found.digest());
        at.await(RunMode.WAITING);
    }

    /** From the origin. */
    void load() {
        load(from().parts());
    }

    RunOrigin from() {
        return origin.orElseThrow();
    }

    /** The vector is not taken from the origin, but from servers that have it already. @param epoch in which they have it */
    void takeOver(ShardMap held, long epoch) {
        releaseOrigin();
        moving = Optional.of(new Move(held, epoch));
    }

    private void load(List<Part> parts) {
        at.goTo(at.position());
        map = ShardMap.of(servers.holding());
        requireLoadable();
        loadedEpoch = at.epoch();
        at.await(RunMode.LOADING, new LoadShards(at.stamp(), at.position(), map.servers(), parts));
    }

    private void requireLoadable() {
        if (at.epoch() <= loadedEpoch) {
            throw new IllegalStateException(
                    "shards are loaded in epoch [" + at.epoch() + "], and were in epoch [" + loadedEpoch + "]");
        }
        if (map.size() == 0 || new HashSet<>(map.servers()).size() < map.size()) {
            throw new IllegalStateException("shards are loaded by servers " + map.servers());
        }
    }

    /** The vector as it is goes to the servers that stay; those that have it publish it until the next step. */
    void move() {
        Move from = moving.orElseGet(() -> new Move(map, at.epoch()));
        requireWhole(from.from);
        moving = Optional.of(from);
        leaveCheckpoint();
        at.changeEpoch();
        load(Part.of(at.position().layout(), from.from.published()));
    }

    /** What is being read for a checkpoint will not be there for long. */
    void leaveCheckpoint() {
        if (!checkpoints.written()) {
            checkpoints.abandon();
        }
    }

    private static void requireWhole(ShardMap map) {
        if (map.published().size() != map.size()) {
            throw new IllegalStateException(
                    "[" + map.published().size() + "] shards are published of [" + map.size() + "]");
        }
    }

    /** Who has the vector as it is. */
    ShardMap holding() {
        return moving.map(Move::from).orElse(map);
    }

    /** Within which messages are heard. @param workers that have ever joined */
    CoordinatorBounds.Frame frame(int workers) {
        int before = holding().size();
        return new CoordinatorBounds.Frame(at.epoch(), at.position(), at.next(), map.size(), before, workers);
    }

    /** The version that they have. */
    Stamp held() {
        return at.position().stamp(moving.map(Move::epoch).orElse(at.epoch()));
    }

    /** Another server has a part of it now, by its copy. */
    void standIn(int shard, int server, Published published) {
        if (moving.isPresent()) {
            moving = moving.map(it -> new Move(it.from.with(shard, server, published), it.epoch));
        } else {
            map = map.with(shard, server, published);
        }
    }

    /** Another server will have a part of the version that is being committed, by its copy. */
    void standIn(int shard, int server) {
        map = map.with(shard, server);
    }

    void keepCopies(List<OptionalInt> keepers) {
        map = map.keptBy(keepers);
    }

    /** Everybody goes back to the newest checkpoint. @param mostSteps beyond which checkpoints are in doubt, as before */
    void goBack(OptionalLong mostSteps) {
        inDoubt = Disputes.fewer(inDoubt, mostSteps);
        checkpoints.abandon();
        releaseOrigin();
        moving = Optional.empty();
        map = ShardMap.NONE;
        at.changeEpoch();
        at.await(RunMode.RECALLING, new RunEffect.Recall(at.epoch(), inDoubt));
    }

    /** Nobody needs what was loaded from any more. @return whether that was an origin, so that the run goes on here */
    boolean loaded() {
        if (at.epoch() != loadedEpoch) {
            throw new IllegalStateException(
                    "shards of epoch [" + loadedEpoch + "] are loaded in epoch [" + at.epoch() + "]");
        }
        boolean fromOrigin = moving.isEmpty();
        moving.ifPresent(it -> it.from.servers().stream()
                .filter(servers::isLeaving)
                .distinct()
                .forEach(server -> at.effects().add(new ReleaseServer(server))));
        moving = Optional.empty();
        if (fromOrigin) {
            releaseOrigin();
        }
        return fromOrigin;
    }

    /** Every shard is at the version that was gone to. */
    void arrived() {
        map = map.with(at.published());
        at.arrived();
        requireWhole(map);
    }

    /** All of the servers leave, and there is no other. */
    void releaseAll() {
        map.servers().forEach(server -> at.effects().add(new ReleaseServer(server)));
    }

    private void releaseOrigin() {
        origin.ifPresent(it -> at.effects().add(new ReleaseOrigin(it)));
        origin = Optional.empty();
    }
}
