package io.tinyclip.cluster.membership;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import io.tinyclip.actors.ActorRun;
import io.tinyclip.actors.LeadSetup;
import io.tinyclip.actors.LedRun;
import io.tinyclip.actors.join.Breakdown;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.join.TeacherOffer;
import io.tinyclip.actors.lead.RunSetup;
import io.tinyclip.actors.member.MembershipListener;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.actors.plane.Encoding;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.actors.run.RunListener;
import io.tinyclip.actors.run.RunListener.RunEvent;
import io.tinyclip.actors.task.FailedWork;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.input.ModelHash;
import io.tinyclip.cluster.input.TeacherStore;
import io.tinyclip.cluster.run.RunHost;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.files.Model;
import io.tinyclip.hash.Sha256;
import io.tinyclip.numeric.NumericClass;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs a run's coordinator here, and everything else on the machines that join. */
final class ClusterHost implements RunHost {
    /** A run of another cluster, or of none, may be about to end. */
    private static final Duration FOLDER_PATIENCE = Duration.ofSeconds(30);

    private static final String DATA = "tinyclip.data.train";
    private static final int ID_DIGITS = 8;

    private final ClusterSystem cluster;
    private final DataPlane plane;
    private final Consumer<String> say;

    /**
     * @param plane of this machine; closed with the run
     * @param say takes lines for whoever watches the run
     */
    ClusterHost(ClusterSystem cluster, DataPlane plane, Consumer<String> say) {
        this.cluster = cluster;
        this.plane = plane;
        this.say = say;
    }

    @Override
    public ActorRun start(RunSetup setup, RunListener listener, Agreement agreement) {
        Settings settings = agreement.settings();
        FreeSettings free = settings.free();
        Quorum quorum = new Quorum(free.workers(), free.servers(), say);
        Console console = new Console(agreement, quorum, cluster, listener);
        RunTerms terms = runTerms(agreement, plane);
        LogPlace.in(terms.runId());
        LedRun run =
                LedRun.start(cluster.system(), new LeadSetup(setup, plane, quorum.hearing(listener), terms, console));
        cluster.desk().leads(run);
        run.outcome().whenCompleteAsync((outcome, failure) -> {
            plane.close();
            // At once: on a disk that is frozen, what is still to be written may never end.
            if (failure != null && FailedWork.unwrapped(failure) instanceof LedRun.HandedOverException) {
                cluster.close();
            }
        });
        return run;
    }

    private static RunTerms runTerms(Agreement agreement, DataPlane plane) {
        Settings settings = agreement.settings();
        SortedMap<String, String> decisive = BitKeys.decisive(settings.effective());
        return new RunTerms(
                runId(settings.free().files().name(), agreement.nonce(), decisive, agreement.hashes()),
                new RunTerms.Belonging(Build.name(), settings.cluster().name()),
                BitKeys.json(told(settings.effective(), agreement.hashes())),
                decisive,
                Optional.ofNullable(agreement.hashes().get(DATA)).orElseThrow(),
                offers(agreement.input().teachers(), plane),
                agreement.numericClass(),
                settings.step().precision(),
                settings.free().numerics());
    }

    /** A machine with a store of teacher embeddings must have the one that the leader found. */
    private static Config told(Config settings, Map<String, String> hashes) {
        return Optional.ofNullable(hashes.get(TeacherStore.INPUT))
                .map(hash -> settings.withValue(TeacherStore.INPUT + ".hash", ConfigValueFactory.fromAnyRef(hash)))
                .orElse(settings);
    }

    /** A folder that was deleted and made again is another run to machines that know the first: it begins with other terms. */
    static String runId(String name, String nonce, SortedMap<String, String> decisive, Map<String, String> hashes) {
        String same = decisive + "\n" + new TreeMap<>(hashes) + "\n" + nonce;
        return name + "-" + Sha256.hex(same.getBytes(StandardCharsets.UTF_8)).substring(0, ID_DIGITS);
    }

    private static List<TeacherOffer> offers(List<Model> teachers, DataPlane plane) {
        List<TeacherOffer> offers = new ArrayList<>();
        for (Model model : teachers) {
            Handle floats =
                    plane.publish("teacher/" + offers.size(), model.vector().floats(), Encoding.FP32);
            offers.add(new TeacherOffer(TeacherCopy.describe(model), ModelHash.of(model), floats));
        }
        return offers;
    }

    @Override
    public Duration folderPatience() {
        return FOLDER_PATIENCE;
    }

    @Override
    public boolean computes() {
        return false;
    }

    /**
     * Who comes and goes, told to the run, whose trace logs it; who was turned away also for whoever watches. The dead leave the cluster at once: as long as
     * it counts them as its own, nobody else is removed or fully taken in, and a leader's death would wait for a worker's.
     */
    private record Console(Agreement agreement, Quorum quorum, ClusterSystem cluster, RunListener listener)
            implements MembershipListener {
        private static final Logger LOG = LoggerFactory.getLogger(ClusterHost.class);

        @Override
        public void admitted(Set<MemberRole> roles, String address) {
            listener.happened(RunEvent.JOINED, address + " takes part as " + words(roles));
            quorum.admitted(roles, address);
        }

        private static String words(Set<MemberRole> roles) {
            return roles.stream().sorted().map(MemberRole::word).collect(Collectors.joining(", "));
        }

        @Override
        public void computes(String address, NumericClass numerics) {
            agreement.tookPart().accept(numerics);
        }

        @Override
        public void refused(String address, String reason) {
            LOG.warn("turned away [{}]: {}", address, reason);
            listener.happened(RunEvent.TURNED_AWAY, address + " was turned away: " + reason);
        }

        @Override
        public void broken(Set<MemberRole> roles, String address, Breakdown breakdown) {
            LOG.warn("[{}] has broken down as {}: {}", address, roles, breakdown.line());
            listener.happened(RunEvent.BROKE_DOWN, address + " broke down: " + breakdown.line());
            quorum.left(address);
        }

        @Override
        public void leaving(Set<MemberRole> roles, String address) {
            listener.happened(RunEvent.LEAVES, address + " wants to leave");
            quorum.left(address);
        }

        @Override
        public void left(Set<MemberRole> roles, String address) {
            listener.happened(RunEvent.DIED, address + " is gone");
            quorum.left(address);
            CompletableFuture.runAsync(() -> cluster.removal().downIfDead(address, () -> {}));
        }
    }
}
