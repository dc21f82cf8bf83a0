package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.message.LeaseTable;
import io.tinyclip.actors.message.Stamp;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.shard.ShardEffect.FetchSlice;
import io.tinyclip.actors.shard.ShardEffect.OfferGradient;
import io.tinyclip.actors.shard.ShardEffect.RefuseSum;
import io.tinyclip.actors.shard.ShardEffect.RejectSum;
import io.tinyclip.actors.shard.ShardEffect.ReplyReduced;
import io.tinyclip.actors.shard.ShardEffect.TellDisputed;
import io.tinyclip.reduce.Node;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.Set;

/**
 * The gradient of a shard's version as it comes in, node by node, and who has said what of it. Of a node:
 *
 * <pre>
 * any        announced without the token    -> rejected, and otherwise as before
 *            of the worker that it names
 * any        announced by who has not got   -> refused, and otherwise as before
 *            leases of all of it
 * unknown    announced                      -> fetching
 * fetching   announced by another           -> fetching from that one as well: the first may be dead
 * fetching   announced again                -> as before: what is on its way is not begun again
 * fetching   could not be had               -> unknown, until it is announced again
 * fetching   added                          -> reduced
 * any        announced with another sum     -> disputed, and otherwise as before; also of the version just committed
 * </pre>
 *
 * What is announced by leases that are not known here yet is kept until they are; the oldest goes where that is too much.
 * The gradient is complete once, with all partitions, and with the target that its sparsity is measured against.
 */
final class ShardReduction {
    /** Announcements a partition that are kept early. */
    private static final int MOST_EARLY = 4;

    private final int partitions;
    private final Queue<AnnouncedSum> early = new ArrayDeque<>();
    private Optional<LeaseTable> leases = Optional.empty();
    private Optional<LeaseTable> committedLeases = Optional.empty();
    private final BitSet reduced = new BitSet();
    private final Map<Node, Set<Handle>> fetching = new HashMap<>();
    private boolean kept;
    private boolean copied;
    private OptionalDouble sparsityTarget = OptionalDouble.empty();
    private Map<Node, Dispute.Answer> answers = new HashMap<>();
    private Optional<Stamp> committed = Optional.empty();
    private Map<Node, Dispute.Answer> committedAnswers = Map.of();

    /** @param partitions V */
    ShardReduction(int partitions) {
        this.partitions = partitions;
    }

    /** Another version begins, and the one that was here is committed. */
    void follow(Optional<Stamp> before) {
        committed = before;
        committedAnswers = answers;
        committedLeases = leases;
        begin();
    }

    /** Another version begins, and nothing is compared with what was said of others. */
    void beginAnew() {
        committed = Optional.empty();
        begin();
    }

    private void begin() {
        reduced.clear();
        answers = new HashMap<>();
        fetching.clear();
        early.clear();
        leases = Optional.empty();
        sparsityTarget = OptionalDouble.empty();
        kept = false;
        copied = false;
    }

    /** @param isKept whether another server keeps a copy of the shard, which has to have the gradient first */
    void ask(double target, boolean isKept) {
        sparsityTarget = OptionalDouble.of(target);
        kept = isKept;
    }

    /** What follows for whoever asks for the reduced gradient. */
    ShardEffect answer(Stamp stamp) {
        return kept && !copied ? new OfferGradient(stamp) : new ReplyReduced(stamp);
    }

    /** The keeper has the gradient. @return whether that is news */
    boolean copied() {
        boolean news = !copied;
        copied = true;
        return news;
    }

    boolean complete() {
        return sparsityTarget.isPresent() && reduced.cardinality() == partitions;
    }

    double sparsityTarget() {
        return sparsityTarget.orElseThrow(() -> new IllegalStateException("nobody has asked for the gradient"));
    }

    boolean isOfCommitted(Stamp stamp) {
        return committed.filter(stamp::equals).isPresent();
    }

    /** Whose sums are taken from now on. @return what follows for those who had theirs before that was known */
    List<ShardEffect> lease(Stamp stamp, LeaseTable table, boolean open) {
        if (leases.filter(known -> known.attempt() >= table.attempt()).isPresent()) {
            return List.of();
        }
        leases = Optional.of(table);
        List<AnnouncedSum> kept = List.copyOf(early);
        early.clear();
        return kept.stream().flatMap(it -> announced(stamp, it, open).stream()).toList();
    }

    /** A worker has a sum of the version that was just committed. */
    List<ShardEffect> announcedLate(Stamp stamp, AnnouncedSum it) {
        return holds(committedLeases, it)
                ? compared(stamp, it.node(), committedAnswers, it.answer()).stream()
                        .toList()
                : refusal(stamp, committedLeases, it).stream().toList();
    }

    /** A worker has a sum of this version. @param open whether it is still reduced */
    List<ShardEffect> announced(Stamp stamp, AnnouncedSum it, boolean open) {
        if (holds(leases, it)) {
            return announced(stamp, it.node(), it.handle(), it.answer(), open);
        }
        Optional<ShardEffect> refusal = refusal(stamp, leases, it);
        if (refusal.isEmpty()) {
            keep(it);
        }
        return refusal.stream().toList();
    }

    private static boolean holds(Optional<LeaseTable> table, AnnouncedSum it) {
        int worker = it.answer().worker();
        return table.filter(known -> known.shows(worker, it.token()) && known.holds(worker, it.node()))
                .isPresent();
    }

    /** Empty where the leases are of an earlier attempt than those that the worker knows of. */
    private static Optional<ShardEffect> refusal(Stamp stamp, Optional<LeaseTable> table, AnnouncedSum it) {
        int worker = it.answer().worker();
        if (table.filter(known -> known.belies(worker, it.token())).isPresent()) {
            return Optional.of(new RejectSum(stamp, it.node(), it.handle(), worker));
        }
        return table.filter(known -> known.attempt() >= it.attempt())
                .map(known -> new RefuseSum(stamp, it.node(), it.handle(), worker));
    }

    private void keep(AnnouncedSum it) {
        early.add(it);
        if (early.size() > MOST_EARLY * partitions) {
            early.remove();
        }
    }

    private List<ShardEffect> announced(Stamp stamp, Node node, Handle handle, Dispute.Answer answer, boolean open) {
        List<ShardEffect> effects = new ArrayList<>();
        compared(stamp, node, answers, answer).ifPresent(effects::add);
        answers.putIfAbsent(node, answer);
        if (open
                && wants(node)
                && fetching.computeIfAbsent(node, first -> new HashSet<>()).add(handle)) {
            effects.add(new FetchSlice(stamp, node, handle, answer.checksum()));
        }
        return effects;
    }

    /** Whether any of it is not in yet. */
    boolean wants(Node node) {
        return reduced.get(node.from(), node.to()).cardinality() < node.to() - node.from();
    }

    /** Equal questions have equal answers, unless a machine computes wrongly. */
    private static Optional<ShardEffect> compared(
            Stamp stamp, Node node, Map<Node, Dispute.Answer> known, Dispute.Answer answer) {
        return Optional.<Dispute.Answer>ofNullable(known.get(node))
                .filter(it -> it.worker() != answer.worker() && it.checksum() != answer.checksum())
                .map(it -> new TellDisputed(stamp, node, it, answer));
    }

    void added(Node node) {
        reduced.set(node.from(), node.to());
    }

    void gone(Node node, Handle handle) {
        fetching.getOrDefault(node, new HashSet<>()).remove(handle);
    }
}
