package io.tinyclip.actors.run;

import io.tinyclip.actors.message.Position;
import io.tinyclip.actors.run.members.Servers;
import io.tinyclip.actors.run.members.Workers;
import java.util.stream.Stream;

/** All that decide about one run, each about its own concern. Where they meet is {@link RunCourse}. */
record Deciders(
        Standing at,
        Workers workers,
        Servers servers,
        RunCheckpoints checkpoints,
        Disputes disputes,
        Moving moving,
        Copying copying,
        Beginning beginning,
        Stepping stepping,
        HungServers hung,
        Staging staging) {
    /** @param start where the run begins without a checkpoint */
    static Deciders of(RunRules rules, Position start) {
        Standing at = new Standing(start);
        Workers workers = new Workers();
        Servers servers = new Servers();
        RunCheckpoints checkpoints = new RunCheckpoints(rules.plan(), rules.checkpointSteps());
        Disputes disputes = new Disputes(rules, at, workers);
        Moving moving = new Moving(rules, at, servers, checkpoints);
        Copying copying = new Copying(rules, at, servers, moving);
        Beginning beginning = new Beginning(rules, at, servers, moving, copying);
        Stepping stepping = new Stepping(rules, at, workers, moving, disputes);
        HungServers hung = new HungServers(at, moving, copying, stepping);
        Staging staging = new Staging(rules, at, moving, checkpoints);
        return new Deciders(
                at, workers, servers, checkpoints, disputes, moving, copying, beginning, stepping, hung, staging);
    }

    /** What is asked of some beside what all wait for. */
    Stream<RunEffect> open() {
        Stream<RunEffect> copies = Stream.concat(checkpoints.open().stream(), copying.open().stream());
        return Stream.concat(beginning.open(), copies);
    }
}
