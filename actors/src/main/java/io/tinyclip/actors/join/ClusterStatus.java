package io.tinyclip.actors.join;

import io.tinyclip.actors.plane.Link;
import io.tinyclip.optimize.Range;
import io.tinyclip.plan.Cursor;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a cluster is doing.
 *
 * @param cluster its name
 * @param run empty where the member that was asked knows of no coordinator
 * @param members in the order in which they joined
 * @param broken machines that broke down while this coordinator led, oldest first
 * @param refused messages to this coordinator of those who may not say them
 */
public record ClusterStatus(
        String cluster, Optional<Run> run, List<Member> members, List<Broken> broken, long refused) {
    public ClusterStatus {
        members = List.copyOf(members);
        broken = List.copyOf(broken);
    }

    /**
     * The run.
     *
     * @param state in a word
     * @param cursor of the step under way; empty where the coordinator does not tell
     * @param stepsDone of the whole run
     * @param stepsPerSecond over the last steps; 0 before the first
     * @param shards in order
     * @param bad samples that were left out so far, as their pictures cannot be used
     * @param refused messages to the coordinator that were out of bounds
     */
    public record Run(
            String id,
            long term,
            String state,
            Optional<Cursor> cursor,
            long stepsDone,
            long stepsTotal,
            double stepsPerSecond,
            List<Shard> shards,
            long bad,
            long refused) {
        public Run {
            shards = List.copyOf(shards);
        }
    }

    /**
     * A part of the vector.
     *
     * @param server address of the machine that holds it
     */
    public record Shard(Range range, String server) {}

    /** How far a machine is. */
    public enum State {
        PREPARING,
        ADMITTED,
        LEAVING,
        STANDING_BY,
        LEADING
    }

    /**
     * A machine.
     *
     * @param address host and port of its messages
     * @param partitions leased in the step under way
     * @param pairsPerSecond between its last two reports
     * @param memoryBytes of its process
     * @param shares where its time went between its last two reports
     * @param links what went over the network since it joined
     * @param refused messages to its actors that were out of bounds
     */
    public record Member(
            Set<MemberRole> roles,
            String address,
            State state,
            int partitions,
            double pairsPerSecond,
            long memoryBytes,
            Shares shares,
            List<Link> links,
            long refused) {
        public Member {
            links = List.copyOf(links);
        }
    }

    /** A machine that broke down, and takes part no more. */
    public record Broken(Set<MemberRole> roles, String address, Breakdown breakdown) {}

    /** Parts of a worker's time; all are 0 where it has not reported twice, or does not compute. */
    public record Shares(double computing, double weights, double features, double gradient) {
        /** Nothing is known. */
        public static final Shares NONE = new Shares(0, 0, 0, 0);
    }
}
