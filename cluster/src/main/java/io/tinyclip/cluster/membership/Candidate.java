package io.tinyclip.cluster.membership;

import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.NodeEnd;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.run.Training;
import io.tinyclip.cluster.settings.BitKeys;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.model.InvalidInputException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A process that leads a run, or stands by until it is to lead. */
public final class Candidate {
    private Candidate() {}

    /**
     * Joins, waits for the lead, and trains.
     *
     * @return whether the run is finished
     * @throws InvalidInputException if this machine cannot listen, cannot be taken in, or the training's input is unusable
     */
    public static boolean execute(
            Training.Command command, Settings settings, Engine engine, Training.Console console) {
        ClusterSettings own = settings.cluster();
        try (ClusterSystem cluster =
                ClusterSystem.start(own, settings.effective(), java.util.List.of(ClusterSystem.CORE))) {
            Leadership leadership = Leadership.stand(cluster);
            cluster.join(own.seeds());
            if (!awaitLead(cluster, leadership, settings, console.out())) {
                return false;
            }
            ClusterHost host = new ClusterHost(cluster, console.out()::println);
            return new Training(command, settings, engine, host, console).execute();
        }
    }

    private static boolean awaitLead(ClusterSystem cluster, Leadership leadership, Settings settings, PrintStream out) {
        try (GracefulStop stop = GracefulStop.armed()) {
            stop.stopsWith(cluster::close);
            awaitJoined(cluster, settings.cluster());
            out.println(
                    "coordinator at " + cluster.address() + "; lend it a machine with: java -jar coordinator.jar node"
                            + " --roles worker,server --join " + cluster.address());
            if (!leadership.gained().isDone()) {
                out.println("waiting to lead: another coordinator may be leading");
            }
            CompletableFuture<Object> refused = refusal(cluster, settings);
            CompletableFuture.anyOf(leadership.gained(), cluster.ended(), refused)
                    .join();
            return leadership.gained().isDone();
        }
    }

    /** Fails where whoever leads turns this candidate away, or nobody can go on with the run. */
    private static CompletableFuture<Object> refusal(ClusterSystem cluster, Settings settings) {
        ClusterSettings own = settings.cluster();
        StatusQuestion.answeredBy(cluster.system(), own.name());
        return ClusterNode.standBy(
                        cluster.system(),
                        new RunTerms.Belonging(Build.name(), own.name()),
                        BitKeys.decisive(settings.effective()))
                .thenCompose(end -> end.kind() == NodeEnd.Kind.REFUSED || end.kind() == NodeEnd.Kind.FAILED
                        ? CompletableFuture.failedFuture(new InvalidInputException(end.line()))
                        : new CompletableFuture<>());
    }

    private static void awaitJoined(ClusterSystem cluster, ClusterSettings own) {
        Duration limit = own.joinWithin();
        try {
            CompletableFuture.anyOf(cluster.joined(), cluster.ended()).get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new InvalidInputException(
                    "not taken in within " + limit.toSeconds() + "s by a coordinator " + own.where()
                            + "; check that they run, that tinyclip.cluster is the same on each, and the firewall"
                            + cluster.advice(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while joining", e);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new CompletionException(e.getCause());
        }
    }
}
