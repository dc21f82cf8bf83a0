/** This machine among others: its actor system, how it joins, and which of the candidates leads. */
package io.tinyclip.cluster.membership;
