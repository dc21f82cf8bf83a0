package io.tinyclip.cluster.membership;

import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.member.ClusterNode;
import io.tinyclip.actors.member.StatusQuestion;
import io.tinyclip.actors.plane.DataPlane;
import io.tinyclip.cluster.console.ExitCode;
import io.tinyclip.cluster.console.GracefulStop;
import io.tinyclip.cluster.console.Progress;
import io.tinyclip.cluster.machine.Engine;
import io.tinyclip.cluster.settings.ClusterSettings;
import io.tinyclip.cluster.settings.Settings;
import io.tinyclip.model.InvalidInputException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process that lends its machine to a run. One that is cut off, or left without a coordinator by which others could join its
 * cluster, starts over with an actor system of its own.
 */
public final class Node {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);

    private final Loan loan;
    private final ClusterSettings own;
    private final RunTerms.Belonging belonging;
    private final ToldNumbers.Now now = new ToldNumbers.Now();

    /**
     * What is lent.
     *
     * @param roles worker, server or both
     * @param settings of this machine; its seeds are whom to join
     * @param overrides the settings that were given on the command line
     * @param engine starts the tensor library; asked only where something is computed
     * @param out gets a line for whatever happens to this machine
     * @param err gets a line where that is why it ends
     */
    public record Loan(
            Set<MemberRole> roles,
            Settings settings,
            Map<String, String> overrides,
            Supplier<Engine> engine,
            Progress progress,
            PrintStream out,
            PrintStream err) {}

    private Node(Loan loan) {
        this.loan = loan;
        this.own = loan.settings.cluster();
        this.belonging = new RunTerms.Belonging(Build.name(), own.name());
    }

    /**
     * Takes part until the run is finished, or this machine may not or cannot take part any more.
     *
     * @return the {@link ExitCode}
     * @throws InvalidInputException if this machine cannot listen, is not taken in, or cannot do what the run needs
     */
    public static int execute(Loan loan) {
        Node node = new Node(loan);
        try (LentMachine machine = new LentMachine(loan.overrides, loan.engine, loan.progress);
                ToldNumbers numbers = ToldNumbers.of(loan.settings.metrics(), node.now, node::say)) {
            return node.stay(machine);
        }
    }

    private int stay(LentMachine machine) {
        Optional<NodeEnd> end = once(machine, own.joinWithin());
        while (end.isEmpty()) {
            say("cut off from the cluster; joining again");
            end = once(machine, own.patience());
        }
        return told(end.get());
    }

    private void say(String line) {
        LOG.info(line);
        loan.out.println(line);
    }

    private int told(NodeEnd end) {
        return switch (end.kind()) {
            case FINISHED, ENDED, LEFT -> {
                say(end.line());
                yield ExitCode.DONE;
            }
            case REFUSED -> throw new InvalidInputException(end.line());
            case NO_COORDINATOR, FAILED -> {
                LOG.info("ends: {}", end.line()); // the terminal has it from here
                loan.err.println("error: " + end.line());
                yield ExitCode.FAILED;
            }
        };
    }

    /** @return empty where this machine was cut off */
    private Optional<NodeEnd> once(LentMachine machine, Duration limit) {
        List<String> roles = loan.roles.stream().sorted().map(MemberRole::word).toList();
        if (!Neighbour.await(own, limit)) {
            return Optional.of(notTakenIn(limit, ""));
        }
        try (GracefulStop stop = GracefulStop.armed(loan.settings.leaveWithin());
                ClusterSystem cluster = ClusterSystem.start(own, loan.settings.effective(), roles)) {
            stop.stopsWith(cluster::close);
            cluster.join(own.seeds());
            if (!awaitJoined(cluster, limit)) {
                return cluster.ended().isDone() ? Optional.empty() : Optional.of(notTakenIn(limit, cluster.advice()));
            }
            say("joined cluster " + own.name() + " at " + cluster.address() + " as " + String.join(", ", roles));
            try (DataPlane plane = OwnPlane.open(loan.settings.effective(), cluster)) {
                now.takesPart(cluster, plane);
                Optional<NodeEnd> end = lend(machine, cluster, plane, stop);
                return cluster.unreached()
                        .map(line -> new NodeEnd(NodeEnd.Kind.FAILED, line))
                        .or(() -> end);
            } finally {
                now.takesPartNoMore();
            }
        }
    }

    private Optional<NodeEnd> lend(LentMachine machine, ClusterSystem cluster, DataPlane plane, GracefulStop stop) {
        StatusQuestion.answeredBy(cluster.system(), own.name());
        ClusterNode.Loan lent = new ClusterNode.Loan(belonging, loan.roles, machine, plane, own.patience(), this::say);
        ClusterNode node = ClusterNode.lend(cluster.system(), lent);
        stop.stopsWith(node::leave);
        CompletableFuture<NodeEnd> end = node.end();
        CompletableFuture.anyOf(end.handle((done, failure) -> done), cluster.ended(), cluster.orphaned())
                .join();
        if (!end.isDone()) {
            return Optional.empty();
        }
        try {
            return Optional.of(end.join());
        } catch (CompletionException e) {
            if (cluster.ended().isDone() || e.getCause() instanceof ClusterNode.CutOffException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static boolean awaitJoined(ClusterSystem cluster, Duration limit) {
        CompletableFuture.anyOf(cluster.joined(), cluster.ended())
                .completeOnTimeout(Boolean.FALSE, limit.toMillis(), TimeUnit.MILLISECONDS)
                .join();
        return cluster.joined().isDone();
    }

    private NodeEnd notTakenIn(Duration limit, String advice) {
        return new NodeEnd(
                NodeEnd.Kind.NO_COORDINATOR,
                "not taken in by a coordinator " + own.where() + " within " + limit.toSeconds()
                        + "s; check that a coordinator runs there, --join, and the firewall (tinyclip.cluster.join-within,"
                        + " tinyclip.cluster.wait)" + advice);
    }
}
