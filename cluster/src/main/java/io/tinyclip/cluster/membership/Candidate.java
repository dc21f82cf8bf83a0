package io.tinyclip.cluster.membership;

import io.tinyclip.actors.LedRun;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.checkpoint.FollowedException;
import io.tinyclip.cluster.board.LiveRun;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.LogPlace;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.record.RunPlace;
import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.FreeSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.model.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that leads a run, or stands by until it is to lead. One that was cut off, or led and was followed while it hung,
 * stands by again with an actor system of its own; nothing that it still knows of the run is used again.
 */
public final class Candidate {
    private static final Logger LOG = LoggerFactory.getLogger(Candidate.class);

    /** What this process is called in its log. */
    public static final String STANDING_BY = "standby";

    private static final String LEADING = "leader";

    /** Longer than a step: whoever is cut off from a run that goes on sees it go on. */
    private static final Duration ALONE_AFTER = Duration.ofSeconds(30);

    private static final Duration READ_WITHIN = Duration.ofSeconds(5);
    private static final Duration STATUS_WITHIN = Duration.ofSeconds(4);

    private final Training.Command command;
    private final Settings settings;
    private final Engine engine;
    private final Training.Console console;
    private final ClusterSettings own;
    private final LiveRun live;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean over = new AtomicBoolean();

    private Candidate(
            Training.Command command, Settings settings, Engine engine, Training.Console console, LiveRun live) {
        this.live = live;
        this.command = command;
        this.settings = settings;
        this.engine = engine;
        this.console = console;
        this.own = settings.cluster();
    }

    /**
     * Joins, waits for the lead, and trains.
     *
     * @param live is told how to ask who takes part
     * @return whether the run is finished, or an operator has ended it
     * @throws InvalidInputException if this machine cannot listen, cannot be taken in, or the training's input is unusable
     * @throws UncheckedIOException if it was cut off and cannot join again
     */
    public static boolean execute(
            Training.Command command, Settings settings, Engine engine, Training.Console console, LiveRun live) {
        RunPlace.requireUsable(settings.free().files());
        return new Candidate(command, settings, engine, console, live).stay();
    }

    private boolean stay() {
        try (GracefulStop stop = GracefulStop.armed(settings.leaveWithin())) {
            stop.stopsWith(() -> asked.set(true));
            Optional<Boolean> finished = once(false);
            while (finished.isEmpty()) {
                LogPlace.as(STANDING_BY);
                say("leads no more, or was cut off from the others; standing by again");
                finished = once(true);
            }
            return finished.get();
        }
    }

    /** @return whether the run is finished; empty where others go on with it, and this process may stand by again */
    private Optional<Boolean> once(boolean again) {
        try (ClusterSystem cluster = ClusterSystem.start(own, settings.effective(), List.of(ClusterSystem.CORE))) {
            Optional<Boolean> finished;
            try {
                finished = joined(cluster, again);
            } catch (RuntimeException e) {
                if (!isOver(e, cluster)) {
                    throw e;
                }
                LOG.info("others go on", e);
                finished = whereOthersGoOn();
            }
            requireReached(cluster);
            return finished;
        }
    }

    /** Who is no more reached ends, for a supervisor to start it anew; others, where there are some, lead by then. */
    private static void requireReached(ClusterSystem cluster) {
        Optional<String> unreached = cluster.unreached();
        if (unreached.isPresent()) {
            throw new UncheckedIOException(unreached.get(), new IOException("its own port does not answer"));
        }
    }

    private Optional<Boolean> joined(ClusterSystem cluster, boolean again) {
        Leadership leadership = Leadership.stand(cluster);
        try (GracefulStop stop = GracefulStop.armed(settings.leaveWithin())) {
            stop.stopsWith(cluster::close);
            join(cluster, again);
            say("coordinator at " + cluster.address()
                    + "; lend it a machine with: java -jar coordinator.jar node --roles worker,server --join "
                    + cluster.address());
        }
        try (DataPlane plane = OwnPlane.open(settings.effective(), cluster)) {
            if (!awaitLead(cluster, leadership, plane)) {
                return whereOthersGoOn();
            }
            if (!awaitFolder(cluster)) {
                return whereOthersGoOn();
            }
            LogPlace.as(LEADING);
            say("leading");
            ClusterHost host = new ClusterHost(cluster, plane, console.out()::println);
            boolean finished = new Training(command, settings, engine, host, console).execute();
            return Optional.of(finished || cluster.desk().hasEnded());
        }
    }

    /** Stands by again, unless this process is asked to end. */
    private Optional<Boolean> whereOthersGoOn() {
        if (over.get()) {
            console.out().println("an operator has ended the run");
            return Optional.of(true);
        } else if (!asked.get()) {
            return Optional.empty();
        }
        say("asked to end; other coordinators go on with the run");
        return Optional.of(false);
    }

    /** @return false where the disk does not get on here, and another candidate may have more luck with its own mount */
    private boolean awaitFolder(ClusterSystem cluster) {
        Duration limit = settings.diskPatience();
        FolderProbe probe = FolderProbe.of(RunPlace.shared(settings.free().files()));
        while (!probe.answersWithin(limit)) {
            boolean others = cluster.removal().hasOthers();
            say("cannot lead: a write in the run folder ["
                    + settings.free().files().shown()
                    + "] has not returned for " + limit.toSeconds() + "s (tinyclip.actors.disk-patience); "
                    + (others ? "leaving it to another coordinator" : "check its disk; waiting"));
            if (others) {
                return false;
            }
        }
        return true;
    }

    private boolean awaitLead(ClusterSystem cluster, Leadership leadership, DataPlane plane) {
        try (GracefulStop stop = GracefulStop.armed(settings.leaveWithin())) {
            stop.stopsWith(cluster::close);
            if (!leadership.gained().isDone()) {
                say("waiting to lead: another coordinator may be leading");
            }
            CompletableFuture<Object> refused = refusal(cluster, leadership, plane);
            CompletableFuture.anyOf(leadership.gained(), cluster.ended(), refused)
                    .join();
            return leadership.gained().isDone() && !asked.get() && !over.get();
        }
    }

    /** Fails where whoever leads turns this candidate away, or nobody can go on with the run. */
    private CompletableFuture<Object> refusal(ClusterSystem cluster, Leadership leadership, DataPlane plane) {
        StatusQuestion.answeredBy(cluster.system(), own.name());
        live.takePart(
                () -> StatusQuestion.ask(cluster.system(), cluster.address().toString(), STATUS_WITHIN)
                        .thenApply(Optional::of));
        ClusterNode.Stall stall = new ClusterNode.Stall(
                new RunTerms.Belonging(Build.name(), own.name()),
                BitKeys.decisive(settings.effective()),
                plane,
                leader -> CompletableFuture.runAsync(() -> leadership.followIfDead(cluster, leader)),
                leader -> leadership.followLeaving(cluster, leader));
        return ClusterNode.standBy(cluster.system(), stall).thenCompose(this::afterEnd);
    }

    private CompletableFuture<Object> afterEnd(NodeEnd end) {
        return switch (end.kind()) {
            case REFUSED, FAILED -> CompletableFuture.failedFuture(new InvalidInputException(end.line()));
            case ENDED -> {
                over.set(true);
                yield CompletableFuture.completedFuture(end);
            }
            case FINISHED, NO_COORDINATOR, LEFT -> new CompletableFuture<>();
        };
    }

    /** Whether the failure is only that another process leads, or that this one was taken for dead. */
    private boolean isOver(RuntimeException failure, ClusterSystem cluster) {
        boolean followed = Stream.iterate((Throwable) failure, it -> it != null, Throwable::getCause)
                .anyMatch(it -> it instanceof FollowedException
                        || it instanceof LedRun.HandedOverException
                        || it instanceof ClusterNode.CutOffException);
        return followed || cluster.ended().isDone();
    }

    private void join(ClusterSystem cluster, boolean again) {
        Duration limit = again ? own.patience() : own.joinWithin();
        try {
            if (again) {
                FreeSettings.Files run = settings.free().files();
                new Rejoining(cluster, own.seeds(), () -> FolderTrace.of(run, READ_WITHIN)).await(ALONE_AFTER, limit);
            } else {
                cluster.join(own.seeds());
                CompletableFuture.anyOf(cluster.joined(), cluster.ended()).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (TimeoutException e) {
            throw notTakenIn(cluster, limit, again, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while joining", e);
        } catch (ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }

    /** What was taken in once is not wrong use: a supervisor may start it again, and then it may also found a cluster. */
    private RuntimeException notTakenIn(ClusterSystem cluster, Duration limit, boolean again, TimeoutException cause) {
        String line = "not taken in within " + limit.toSeconds() + "s by a coordinator " + own.where()
                + "; check that they run, that tinyclip.cluster is the same on each, and the firewall"
                + cluster.advice();
        return again ? new UncheckedIOException(line, new IOException(cause)) : new InvalidInputException(line, cause);
    }

    private void say(String line) {
        LOG.info(line);
        console.out().println(line);
    }
}
