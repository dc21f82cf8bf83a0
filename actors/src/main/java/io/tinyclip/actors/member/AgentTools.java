package io.tinyclip.actors.member;

import io.tinyclip.actors.join.NodeEnd;
import io.tinyclip.actors.join.RunTerms;
import io.tinyclip.actors.plane.DataPlane;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * What an agent works with.
 *
 * @param patience how long it waits for a coordinator
 * @param preparing where the host is called
 * @param say gets lines for whoever started this machine
 * @param end completes when this machine does not take part any more
 */
record AgentTools(
        RunTerms.Claim claim,
        NodeHost host,
        DataPlane plane,
        Duration patience,
        Executor preparing,
        Consumer<String> say,
        CompletableFuture<NodeEnd> end) {}
