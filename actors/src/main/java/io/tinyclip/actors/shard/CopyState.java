package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.CommitOrder;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.shard.CopyEffect.Defer;
import io.tinyclip.actors.shard.CopyEffect.Drop;
import io.tinyclip.actors.shard.CopyEffect.FetchGradient;
import io.tinyclip.actors.shard.CopyEffect.Fill;
import io.tinyclip.actors.shard.CopyEffect.Fold;
import io.tinyclip.actors.shard.CopyEffect.Publish;
import io.tinyclip.actors.shard.CopyEffect.ReplyFilled;
import io.tinyclip.actors.shard.CopyEffect.ReplyGone;
import io.tinyclip.actors.shard.CopyEffect.ReplyKept;
import io.tinyclip.actors.shard.CopyEffect.ReplyReady;
import io.tinyclip.actors.shard.CopyEffect.TakeDeferred;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * Decides what a parameter server does with the copy that it keeps of another one's shard: the range as it was at a version
 * some steps back, and beside it the gradients and commits since. By them it is brought to any later version, with the
 * shard's own arithmetic, and so with its bits.
 *
 * <pre>
 * NOTHING    keep                                   -> FILLING from the shard, whose gradients are kept meanwhile
 * FILLING    filled                                 -> FOLLOWING
 * FOLLOWING  a gradient, and the commit of it       -> FOLLOWING; where more are kept than it may lag, the oldest is folded
 * FOLLOWING  stand in                               -> STANDING IN: all is folded up to the version, and published
 * any        keep, of a later version               -> FILLING anew
 * any        a step of another epoch or layout      -> NOTHING: all servers hold other shards by then
 * any        a commit without a gradient            -> NOTHING: what it was told of is not what happened
 * </pre>
 *
 * That a server which loads the shards of a new epoch keeps the copy until the first step of it is on purpose: a server that
 * others load from may still be lost.
 */
public final class CopyState {
    /** A version whose gradient is on its way or here. */
    private static final class Entry {
        private final Stamp stamp;
        private boolean here;
        private Optional<CommitOrder> order = Optional.empty();

        private Entry(Stamp stamp) {
            this.stamp = stamp;
        }
    }

    private final Deque<Entry> entries = new ArrayDeque<>();
    private Optional<Stamp> kept = Optional.empty();
    private Optional<Stamp> at = Optional.empty();
    private Optional<Stamp> wanted = Optional.empty();
    private final int shard;
    private int lag;
    private boolean filling;
    private boolean folding;
    private boolean published;
    private List<CopyEffect> effects = new ArrayList<>();

    /** @param shard number of the shard */
    public CopyState(int shard) {
        this.shard = shard;
    }

    /**
     * A copy is to be kept.
     *
     * @param stamp version that it begins with
     * @param mostLag versions that it may lag behind
     */
    public List<CopyEffect> keep(Stamp stamp, int mostLag) {
        if (kept.filter(stamp::equals).isPresent()) {
            if (at.isPresent()) {
                effects.add(new ReplyFilled(stamp, shard));
            } else if (!filling) {
                fill(stamp);
            }
        } else if (kept.filter(stamp::before).isEmpty()) {
            drop();
            kept = Optional.of(stamp);
            lag = mostLag;
            fill(stamp);
            effects.add(new TakeDeferred());
        }
        return done();
    }

    private void fill(Stamp stamp) {
        filling = true;
        effects.add(new Fill(stamp));
    }

    /** Whether the range of this version is still wanted. */
    public boolean fills(Stamp stamp) {
        return filling && kept.filter(stamp::equals).isPresent();
    }

    /** The range is here. */
    public List<CopyEffect> filled(Stamp stamp) {
        if (fills(stamp)) {
            filling = false;
            at = Optional.of(stamp);
            effects.add(new ReplyFilled(stamp, shard));
            foldIfDue();
        }
        return done();
    }

    /** The range could not be had; it is tried again when it is asked for again. */
    public List<CopyEffect> unfilled(Stamp stamp) {
        if (fills(stamp)) {
            filling = false;
        }
        return done();
    }

    /** The shard that is kept here has a gradient. */
    public List<CopyEffect> gradientReady(Stamp stamp) {
        if (!isOfThis(stamp)) {
            if (kept.filter(stamp::before).isEmpty()) {
                effects.add(new Defer(stamp));
            }
            return done();
        }
        if (stamp.before(kept.orElseThrow())) {
            return done();
        }
        Optional<Entry> known = entry(stamp);
        boolean folded = at.filter(stamp::before).isPresent();
        if (folded || known.filter(it -> it.here).isPresent()) {
            effects.add(new ReplyKept(stamp, shard));
        } else if (known.isEmpty()) {
            entries.add(new Entry(stamp));
            effects.add(new FetchGradient(stamp));
        }
        return done();
    }

    /** Whether a gradient that is on its way is still wanted. */
    public boolean awaits(Stamp stamp) {
        return entry(stamp).filter(it -> !it.here).isPresent();
    }

    /** A gradient is here. */
    public List<CopyEffect> gradientHere(Stamp stamp) {
        entry(stamp).filter(it -> !it.here).ifPresent(it -> {
            it.here = true;
            effects.add(new ReplyKept(stamp, shard));
            foldIfDue();
        });
        return done();
    }

    /** A gradient could not be had; whoever has it will say so again. */
    public List<CopyEffect> gradientGone(Stamp stamp) {
        entries.removeIf(it -> it.stamp.equals(stamp) && !it.here);
        return done();
    }

    /** All shards move on. */
    public List<CopyEffect> committed(CommitOrder order) {
        Stamp stamp = order.stamp();
        boolean later =
                kept.filter(stamp::before).isEmpty() && at.filter(stamp::before).isEmpty();
        if (isOfThis(stamp) && later) {
            Optional<Entry> known = entry(stamp).filter(it -> it.here);
            known.ifPresent(it -> it.order = Optional.of(order));
            if (known.isEmpty()) {
                drop();
            }
            foldIfDue();
        }
        return done();
    }

    /** The copy is one version on. */
    public List<CopyEffect> folded(Stamp next) {
        Optional<Stamp> folds = folding
                ? Optional.<Entry>ofNullable(entries.peek())
                        .flatMap(it -> it.order)
                        .map(CommitOrder::next)
                : Optional.empty();
        if (folds.filter(next::equals).isPresent()) {
            folding = false;
            entries.remove();
            at = Optional.of(next);
            foldIfDue();
        }
        return done();
    }

    /** Whoever holds the shard is gone. @param version that is to be published */
    public List<CopyEffect> standIn(Stamp version) {
        boolean reachable = isOfThis(version) && at.isPresent();
        boolean passed = reachable && version.before(at.orElseThrow());
        if (!reachable || passed) {
            effects.add(new ReplyGone(version, shard));
        } else if (published && wanted.filter(version::equals).isPresent()) {
            effects.add(new ReplyReady(version, shard));
        } else {
            wanted = Optional.of(version);
            published = false;
            foldIfDue();
        }
        return done();
    }

    /** A step is computed in this epoch and layout. */
    public List<CopyEffect> step(Stamp stamp) {
        if (kept.isPresent() && !isOfThis(stamp) && kept.filter(stamp::before).isEmpty()) {
            drop();
        }
        return done();
    }

    /** This server is to hold nothing. */
    public List<CopyEffect> free() {
        drop();
        return done();
    }

    private void drop() {
        if (kept.isPresent()) {
            effects.add(new Drop());
        }
        kept = Optional.empty();
        at = Optional.empty();
        wanted = Optional.empty();
        entries.clear();
        filling = false;
        folding = false;
        published = false;
    }

    private void foldIfDue() {
        if (folding || at.isEmpty()) {
            return;
        }
        Stamp now = at.get();
        long complete = entries.stream().filter(it -> it.order.isPresent()).count();
        boolean due = wanted.map(now::before).orElse(complete > lag);
        Optional<CommitOrder> next = Optional.<Entry>ofNullable(entries.peek()).flatMap(it -> it.order);
        if (due && next.isPresent()) {
            folding = true;
            effects.add(new Fold(next.get()));
        } else if (wanted.filter(now::equals).isPresent() && !published) {
            published = true;
            effects.add(new Publish(now));
            effects.add(new ReplyReady(now, shard));
        }
    }

    /** Whether the copy is filled, and of this epoch and layout. */
    public boolean isWhole(Stamp of) {
        return isOfThis(of) && at.isPresent();
    }

    private boolean isOfThis(Stamp stamp) {
        return kept.filter(stamp::sharesMapWith).isPresent();
    }

    private Optional<Entry> entry(Stamp stamp) {
        return entries.stream().filter(it -> it.stamp.equals(stamp)).findFirst();
    }

    private List<CopyEffect> done() {
        List<CopyEffect> result = List.copyOf(effects);
        effects = new ArrayList<>();
        return result;
    }
}
