package io.tinyclip.actors.shard;

import io.tinyclip.actors.message.Dispute;
import io.tinyclip.actors.plane.Handle;
import io.tinyclip.reduce.Node;

/**
 * A node's sum that a worker has.
 *
 * @param attempt of the leases that the worker knows of
 * @param token what it shows for being that worker
 */
public record AnnouncedSum(Node node, Handle handle, Dispute.Answer answer, int attempt, String token) {}
