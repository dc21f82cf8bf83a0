package io.tinyclip.actors.member;

import akka.actor.typed.ActorRef;
import io.tinyclip.actors.join.Answer;
import io.tinyclip.actors.join.ClusterStatus;
import io.tinyclip.actors.join.ClusterStatus.Shares;
import io.tinyclip.actors.join.ClusterStatus.State;
import io.tinyclip.actors.join.MemberReport;
import io.tinyclip.actors.join.MemberRole;
import io.tinyclip.actors.message.ServerCommand;
import io.tinyclip.actors.message.TimeSpent;
import io.tinyclip.actors.message.WorkerCommand;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The machines that take part in a run, in the order in which they joined. Used by the registrar alone. */
final class Members {
    private static final double NANOS = 1e9;

    /** What a machine is to the run. @param proven whether it has shown that it may have these roles */
    record Seat(
            Set<MemberRole> roles,
            String address,
            State state,
            Optional<ActorRef<WorkerCommand>> worker,
            Optional<ActorRef<ServerCommand>> server,
            Optional<MemberReport> before,
            Optional<MemberReport> newest,
            boolean proven) {
        static Seat offered(Set<MemberRole> roles, String address) {
            return new Seat(
                    roles,
                    address,
                    State.PREPARING,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    false);
        }

        Seat ready(Optional<ActorRef<WorkerCommand>> offeredWorker, Optional<ActorRef<ServerCommand>> offeredServer) {
            return new Seat(roles, address, State.ADMITTED, offeredWorker, offeredServer, before, newest, proven);
        }

        /** A candidate stands by from now on: nothing is handed over to one that may not lead. */
        Seat asProven() {
            State known = roles.contains(MemberRole.CORE) ? State.STANDING_BY : state;
            return new Seat(roles, address, known, worker, server, before, newest, true);
        }

        List<ActorRef<?>> actors() {
            return Stream.<ActorRef<?>>concat(worker.stream(), server.stream()).toList();
        }

        Seat leaving() {
            return new Seat(roles, address, State.LEAVING, worker, server, before, newest, proven);
        }

        /** A report that overtook a later one says nothing new. */
        Seat reported(MemberReport report) {
            boolean late = newest.filter(last -> last.uptimeNanos() >= report.uptimeNanos())
                    .isPresent();
            return late ? this : new Seat(roles, address, state, worker, server, newest, Optional.of(report), proven);
        }
    }

    private final Map<ActorRef<Answer>, Seat> members = new LinkedHashMap<>();

    Optional<Seat> find(ActorRef<Answer> agent) {
        return Optional.ofNullable(members.get(agent));
    }

    Optional<ActorRef<Answer>> with(ActorRef<?> actor) {
        return members.entrySet().stream()
                .filter(entry -> entry.getValue().actors().contains(actor))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /** Whoever lived where this agent lives now: a process that was started again, maybe before anybody missed the first. */
    Optional<ActorRef<Answer>> before(ActorRef<Answer> agent) {
        return members.keySet().stream()
                .filter(it -> place(it).equals(place(agent)) && !it.equals(agent))
                .findFirst();
    }

    /** An agent's path without what nobody can guess of its name. */
    private static String place(ActorRef<Answer> agent) {
        return agent.path().toString().replaceAll("-[0-9a-f]{32}", "");
    }

    /** Whether a machine there stands by to lead, and has shown that it may. */
    boolean isCandidate(String address) {
        return members.values().stream()
                .anyMatch(seat ->
                        seat.state() == State.STANDING_BY && seat.address().equals(address));
    }

    Optional<Seat> staying(ActorRef<Answer> agent) {
        return find(agent).filter(member -> member.state() != State.LEAVING);
    }

    void put(ActorRef<Answer> agent, Seat member) {
        members.put(agent, member);
    }

    /** Changes a member, if there is such a one. */
    void change(ActorRef<Answer> agent, UnaryOperator<Seat> change) {
        members.computeIfPresent(agent, (key, member) -> change.apply(member));
    }

    void remove(ActorRef<Answer> agent) {
        members.remove(agent);
    }

    int size() {
        return members.size();
    }

    List<ActorRef<Answer>> agents() {
        return List.copyOf(members.keySet());
    }

    /** @param pairs of a partition */
    List<ClusterStatus.Member> status(int pairs) {
        return members.values().stream().map(member -> status(member, pairs)).toList();
    }

    private static ClusterStatus.Member status(Seat member, int pairs) {
        Optional<MemberReport> now = member.newest();
        return new ClusterStatus.Member(
                member.roles(),
                member.address(),
                member.state(),
                now.map(MemberReport::leased).orElse(0),
                interval(member).map(between -> between.pairsPerSecond(pairs)).orElse(0.0),
                now.map(MemberReport::memoryBytes).orElse(0L),
                member.worker()
                        .flatMap(worker -> interval(member))
                        .map(Interval::shares)
                        .orElse(Shares.NONE),
                now.map(MemberReport::links).orElseGet(List::of),
                now.map(MemberReport::refused).orElse(0L));
    }

    private static Optional<Interval> interval(Seat member) {
        return member.before().flatMap(before -> member.newest().map(newest -> new Interval(before, newest)));
    }

    private record Interval(MemberReport from, MemberReport to) {
        double pairsPerSecond(int pairs) {
            return (to.partitions() - from.partitions()) * pairs / ((to.uptimeNanos() - from.uptimeNanos()) / NANOS);
        }

        Shares shares() {
            TimeSpent start = from.spent();
            TimeSpent end = to.spent();
            double total = end.total() - start.total();
            return total <= 0
                    ? Shares.NONE
                    : new Shares(
                            (end.computing() - start.computing()) / total,
                            (end.weights() - start.weights()) / total,
                            (end.features() - start.features()) / total,
                            (end.gradient() - start.gradient()) / total);
        }
    }
}
