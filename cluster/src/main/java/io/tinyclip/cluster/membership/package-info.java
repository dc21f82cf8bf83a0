/**
 * A run on several machines: how they find each other, who leads, what a machine lends, and what it is told. It decides who
 * may take part and when a machine gives up. What is trained it leaves to {@link io.tinyclip.cluster.run}, whose host it is,
 * and the protocol to the module of actors; it must not know the command line or do tensor work. Open {@link
 * io.tinyclip.cluster.membership.Candidate} first for the side that leads, {@link io.tinyclip.cluster.membership.Node} for the
 * side that lends.
 */
package io.tinyclip.cluster.membership;
