package io.tinyclip.loss;

import io.tinyclip.engine.ComputeDevice;
import io.tinyclip.engine.TensorScope;
import io.tinyclip.engine.Torch;
import io.tinyclip.plan.LossPlan;
import io.tinyclip.step.Embedded;
import io.tinyclip.step.PartitionFeatures;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What the workers of a process that compute on one device share of the loss: each has some of the partitions, all have the
 * features of all, and a tile that one has made the other need not make. Who asks with the same contents, to the last bit,
 * gets the same batch, so that nobody need know whose step it is. It lives until all who asked have released it.
 */
public final class LossShare {
    private final ComputeDevice device;
    private final List<Used> batches = new ArrayList<>();
    private Optional<Home> home = Optional.empty();
    private int members;

    public LossShare(ComputeDevice device) {
        this.device = device;
    }

    /** Of no worker, since any of them may end before the others. */
    private record Home(TensorScope scope, AffinityKernel kernel) {}

    private static final class Used {
        private final Contents contents;
        private final GlobalBatch batch;
        private int users;

        Used(Contents contents, GlobalBatch batch) {
            this.contents = contents;
            this.batch = batch;
        }
    }

    /**
     * All that the loss of a step depends on.
     *
     * @param teacherScale s of the teacher that is compressed
     * @param scale the student's logit scale where it is learned
     */
    public record Contents(
            LossPlan plan,
            int partitionSize,
            double teacherScale,
            OptionalDouble scale,
            Positives positives,
            List<PartitionFeatures> partitions) {
        private boolean same(Contents other) {
            return plan.equals(other.plan)
                    && partitionSize == other.partitionSize
                    && teacherScale == other.teacherScale
                    && scale.equals(other.scale)
                    && Arrays.equals(positives.identities(), other.positives.identities())
                    && empty().equals(other.empty())
                    && same(embedded(), other.embedded());
        }

        private List<List<Integer>> empty() {
            return partitions.stream().map(PartitionFeatures::empty).toList();
        }

        private List<Embedded> embedded() {
            return partitions.stream().flatMap(PartitionFeatures::all).toList();
        }

        private static boolean same(List<Embedded> some, List<Embedded> others) {
            boolean same = some.size() == others.size();
            for (int i = 0; same && i < some.size(); i++) {
                same = Arrays.equals(some.get(i).image(), others.get(i).image())
                        && Arrays.equals(some.get(i).text(), others.get(i).text());
            }
            return same;
        }
    }

    /** @return the kernels of all members; they live until the last has left */
    public synchronized AffinityKernel join() {
        if (home.isEmpty()) {
            TensorScope scope = Torch.newScope(device);
            home = Optional.of(new Home(scope, AffinityKernel.compile(scope)));
        }
        members++;
        return home.get().kernel;
    }

    /** By a member that has released its batches. */
    public synchronized void leave() {
        members--;
        if (members == 0) {
            home.ifPresent(all -> all.scope.close());
            home = Optional.empty();
        }
    }

    /** For a member, which releases it. */
    public synchronized GlobalBatch batch(Contents contents) {
        Used used = batches.stream()
                .filter(any -> any.contents.same(contents))
                .findFirst()
                .orElseGet(() -> made(contents));
        used.users++;
        return used.batch;
    }

    private Used made(Contents contents) {
        TensorScope scope = home.orElseThrow().scope.newScope();
        Used made = new Used(
                contents,
                new GlobalBatch(
                        scope, device.copies(), contents.partitions, contents.partitionSize, contents.positives));
        batches.add(made);
        return made;
    }

    /** By each who asked for it; the last closes it. */
    public synchronized void release(GlobalBatch batch) {
        Used used =
                batches.stream().filter(any -> any.batch == batch).findFirst().orElseThrow();
        used.users--;
        if (used.users == 0) {
            batches.remove(used);
            batch.close();
        }
    }
}
