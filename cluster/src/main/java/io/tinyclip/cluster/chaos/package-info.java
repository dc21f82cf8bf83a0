/**
 * A run in processes of their own, and all that can happen to them: scripts/chaos. It decides how a fault is brought about on
 * this machine and when it has happened. It must not know actors or engines: it sees a run as a user does, by its processes,
 * its folder and what it prints. Open {@link io.tinyclip.cluster.chaos.Trial} first, then {@link
 * io.tinyclip.cluster.chaos.Injection}.
 */
package io.tinyclip.cluster.chaos;
