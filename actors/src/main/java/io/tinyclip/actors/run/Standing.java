package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Epoch;
import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.message.Published;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.pin.ShardPins;
import io.tinyclip.plan.Cursor;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/**
 * Where a run stands, as all who decide about it see it: what it waits for, in which epoch, at which version of the vector
 * and on the way to which. What is asked for and what shards have answered belongs to this moment, and goes with it.
 *
 * <pre>
 * at a version      await(a mode that goes nowhere)       at the same version
 * at a version      goTo the next, await                  on its way
 * on its way        every shard ready: arrived            at the next version
 * any               goOnFrom a checkpoint, in its epoch   at the checkpoint's version
 * any               end                                   ended; nothing is awaited any more
 * </pre>
 *
 * The epoch only rises, and stays within its coordinator's term: a later coordinator's is always higher.
 */
final class Standing {
    private final Outbox effects = new Outbox();
    private final TreeMap<Integer, Published> ready = new TreeMap<>();
    private final TreeMap<Long, Cursor> begun = new TreeMap<>();
    private final ShardPins pins = new ShardPins();
    private RunMode mode = RunMode.RECALLING;
    private long epoch;
    private Position position;
    private Position next;
    private long nowNanos;
    private long sinceNanos;
    private long saidNanos;

    Standing(Position start) {
        this.position = start;
        this.next = start;
    }

    /** The first time is that from which the first checkpoint is waited for. */
    void time(long now) {
        sinceNanos = epoch == 0 && nowNanos == 0 ? now : sinceNanos;
        nowNanos = now;
    }

    long nowNanos() {
        return nowNanos;
    }

    Outbox effects() {
        return effects;
    }

    /** What the shards of the training pairs were found to hold so far. */
    ShardPins pins() {
        return pins;
    }

    boolean is(RunMode asked) {
        return mode == asked;
    }

    RunMode mode() {
        return mode;
    }

    long epoch() {
        return epoch;
    }

    Position position() {
        return position;
    }

    Position next() {
        return next;
    }

    Stamp stamp() {
        return position.stamp(epoch);
    }

    Stamp nextStamp() {
        return next.stamp(epoch);
    }

    /** Whether the shards are as this stamp says, and its step is computed. */
    boolean stepping(Stamp stamp) {
        return mode == RunMode.STEPPING && stamp.equals(stamp());
    }

    /** Whether everybody is at this version, and this is what is waited for there. */
    boolean awaits(RunMode asked, Stamp stamp) {
        return mode == asked && stamp.equals(stamp());
    }

    void goOnFrom(long foundEpoch, Position found) {
        if (foundEpoch < epoch) {
            throw new IllegalStateException("epoch [" + foundEpoch + "] goes on after epoch [" + epoch + "]");
        }
        epoch = foundEpoch;
        position = found;
        next = found;
        begun.put(epoch, found.cursor());
    }

    /** The run goes on at a later version than the one that was found, in the same epoch. */
    void takeOver(Position held) {
        position = held;
        next = held;
        begun.put(epoch, held.cursor());
    }

    /** Everything that was said before is of an epoch that is over. */
    void changeEpoch() {
        if (Epoch.term(epoch + 1) != Epoch.term(epoch)) {
            throw new IllegalStateException(
                    "term [" + Epoch.term(epoch) + "] has no epoch after [" + epoch + "]; start the run again");
        }
        epoch++;
        begun.put(epoch, position.cursor());
    }

    /** Where each epoch after that one began: what was committed in it until there is in the state, and no more. */
    Collection<Cursor> begunAfter(long earlier) {
        return begun.tailMap(earlier, false).values();
    }

    void goTo(Position target) {
        next = target;
    }

    void arrived() {
        position = next;
    }

    /** Asks for something, and has it asked again until it is answered. */
    void await(RunMode waiting, RunEffect... requests) {
        if (mode == RunMode.ENDED) {
            throw new IllegalStateException("a run that has ended waits for [" + waiting + "]");
        }
        mode = waiting;
        sinceNanos = nowNanos;
        saidNanos = 0;
        ready.clear();
        effects.await(List.of(requests));
    }

    /** Says what is waited for where it is for long, and again each time that it is twice as long. */
    void sayWhatIsAwaited(long longNanos) {
        long waited = nowNanos - sinceNanos;
        if (waited >= Math.max(longNanos, 2 * saidNanos)) {
            saidNanos = waited;
            String done = ready.isEmpty() ? "" : "; done by " + ready.size();
            effects.add(new RunEffect.Say("waiting for " + mode.awaited() + ", for "
                    + Duration.ofNanos(waited).toSeconds() + " s" + done));
        }
    }

    /** @return whether this shard's answer was awaited, and is the first */
    boolean ready(Stamp stamp, int shard, Published published) {
        boolean awaited = mode == RunMode.LOADING || mode == RunMode.COMMITTING || mode == RunMode.GATHERING;
        return awaited && stamp.equals(nextStamp()) && ready.putIfAbsent(shard, published) == null;
    }

    /** What this shard has answered is gone with it. */
    void forget(int shard) {
        ready.remove(shard);
    }

    /** A copy is at the version that is gone to, in the place of its shard. */
    void readyInPlace(int shard, Published published) {
        ready.put(shard, published);
    }

    /** Whether this shard has answered what is asked of all of them. */
    boolean hasAnswered(int shard) {
        return ready.containsKey(shard);
    }

    /** What shards have answered that they publish, in order. */
    List<Published> published() {
        return List.copyOf(ready.values());
    }

    void end(Outcome outcome) {
        mode = RunMode.ENDED;
        effects.add(new RunEffect.Finish(outcome));
    }

    void fail(String reason) {
        fail(reason, false);
    }

    /** Nobody can go on with what the run was given. */
    void refuse(String reason) {
        fail(reason, true);
    }

    private void fail(String reason, boolean unusable) {
        if (mode != RunMode.ENDED) {
            mode = RunMode.ENDED;
            effects.add(new RunEffect.Fail(reason, unusable));
        }
    }
}
