/**
 * Whether two machines compute the same bits: a known question, its answers, and what they depend on. Decides by which
 * small computations that is found out.
 *
 * <p>Must not know clusters: who compares the answers, and what follows, is decided elsewhere. Open {@code Probe} first.
 */
package io.tinyclip.numeric;
