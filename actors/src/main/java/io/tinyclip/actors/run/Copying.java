package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.ShardMap;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.run.members.Copies;
import io.tinyclip.actors.run.members.Servers;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Copies of shards on other servers, and what becomes of them where a server is lost that has a part of the vector.
 *
 * <pre>
 * no copies        a step begins with other shards than before   -> keepers fetch them, and nothing is committed before
 * copies           a shard is lost, whose copy is whole          -> its keeper is asked for the version that is needed
 * asked            a copy is there, while all commit             -> the keeper has the shard, and the commit goes on
 * asked            a copy is there, otherwise                    -> once all are: the vector moves to those who are left
 * any              all go back                                   -> no copies
 * </pre>
 *
 * What is needed is the version that is being committed, or that the others have; a step under way is computed again.
 */
final class Copying {
    private final RunRules rules;
    private final Standing at;
    private final Servers servers;
    private final Moving moving;
    private final Copies copies = new Copies();
    private final TreeMap<Integer, Integer> asked = new TreeMap<>();
    private boolean gone;
    private Optional<Stamp> wanted = Optional.empty();

    Copying(RunRules rules, Standing at, Servers servers, Moving moving) {
        this.rules = rules;
        this.at = at;
        this.servers = servers;
        this.moving = moving;
    }

    /** Before a step: whoever is to keep a copy of these shards is asked to. */
    void plan() {
        boolean wants = rules.policy().elastic() && rules.policy().copyLag() > 0;
        if (!wants || !copies.plan(at.stamp(), moving.map(), servers::host)) {
            return;
        }
        moving.keepCopies(copies.keepers());
        if (copies.isAlone() && rules.servers() > 1) {
            at.effects()
                    .add(new RunEffect.Say(
                            "one parameter server is left, and nobody keeps a copy of what it has: if it is"
                                    + " lost as well, the run goes back to its newest checkpoint; lend another one"));
        }
        missing().ifPresent(at.effects()::add);
    }

    /** What is to be asked again while copies are not there. */
    Optional<RunEffect.KeepCopies> open() {
        return missing().filter(it -> at.stepping(copies.planned()));
    }

    private Optional<RunEffect.KeepCopies> missing() {
        List<Integer> shards = copies.unfilled();
        return shards.isEmpty()
                ? Optional.empty()
                : Optional.of(new RunEffect.KeepCopies(
                        at.stamp(),
                        at.position(),
                        moving.map(),
                        shards,
                        rules.policy().copyLag()));
    }

    /** Copies that keepers have made for another coordinator. */
    void adopt(Stamp version, ShardMap held) {
        copies.adopt(version, held.keepers());
    }

    /** @return whether that is news */
    boolean filled(Stamp stamp, int shard) {
        return copies.filled(stamp, shard);
    }

    /** All go back. */
    void clear() {
        copies.clear();
        asked.clear();
        wanted = Optional.empty();
        gone = false;
    }

    /** Asks for copies of all that is lost. @return whether there are any; if not, nothing is asked for */
    boolean standIn() {
        boolean commits = at.is(RunMode.COMMITTING);
        Stamp version = commits ? at.nextStamp() : moving.held();
        List<Integer> holders = moving.holding().servers();
        TreeMap<Integer, Integer> found = new TreeMap<>();
        for (int shard = 0; shard < holders.size(); shard++) {
            if (!servers.isThere(holders.get(shard))) {
                OptionalInt keeper = copies.standIn(version, shard);
                if (keeper.isEmpty() || !servers.isThere(keeper.getAsInt()) || at.is(RunMode.TELLING)) {
                    return false;
                }
                found.put(shard, keeper.getAsInt());
            }
        }
        asked.clear();
        asked.putAll(found);
        wanted = Optional.of(version);
        List<RunEffect.StandIn> requests = found.entrySet().stream()
                .map(it -> new RunEffect.StandIn(at.stamp(), version, it.getKey(), it.getValue()))
                .toList();
        if (commits) {
            asked.keySet().forEach(at::forget);
            at.effects().awaitAlso(requests);
        } else {
            moving.leaveCheckpoint();
            at.goTo(at.position());
            at.await(RunMode.RESTORING, requests.toArray(RunEffect[]::new));
        }
        return true;
    }

    /** Whether this server is asked for a copy, or to keep one, and has not got it yet. */
    boolean waitsFor(int server) {
        boolean standsIn = at.is(RunMode.RESTORING) && asked.containsValue(server);
        return standsIn
                || open().isPresent()
                        && copies.unfilled().stream()
                                .anyMatch(shard -> copies.keeper(shard).equals(OptionalInt.of(server)));
    }

    /** Whether a copy of this is asked for. */
    boolean awaits(Stamp version, int shard) {
        boolean asks = at.is(RunMode.COMMITTING) && version.equals(at.nextStamp()) || at.is(RunMode.RESTORING);
        return asks && wanted.filter(version::equals).isPresent() && asked.containsKey(shard);
    }

    /** Whether a copy is asked for, so that the shard itself is not heard any more. */
    boolean standsInFor(int shard) {
        return keeperInPlace(shard).isPresent();
    }

    /** Who is asked for the copy of a shard while all commit. */
    OptionalInt keeperInPlace(int shard) {
        boolean asks = at.is(RunMode.COMMITTING) && awaits(at.nextStamp(), shard);
        return asks ? OptionalInt.of(Optional.ofNullable(asked.get(shard)).orElseThrow()) : OptionalInt.empty();
    }

    /** The keeper of the shard's copy publishes it, or has none. */
    void ready(int shard, Optional<Published> published) {
        gone = published.isEmpty();
        published.ifPresent(it -> take(shard, it));
    }

    private void take(int shard, Published published) {
        int keeper = Optional.ofNullable(asked.remove(shard)).orElseThrow();
        if (at.is(RunMode.COMMITTING)) {
            moving.standIn(shard, keeper);
            at.readyInPlace(shard, published);
        } else {
            moving.standIn(shard, keeper, published);
        }
    }

    /** Whether copies are asked for, so that whoever else is lost does not matter yet. */
    boolean standsIn() {
        return at.is(RunMode.RESTORING) || at.is(RunMode.COMMITTING) && !asked.isEmpty();
    }

    /** Whether a keeper did not have what it was to keep. */
    boolean isGone() {
        return gone;
    }

    /** Whether all that was lost is there by its copies. */
    boolean allStandIn() {
        return asked.isEmpty();
    }
}
