/**
 * Who computes how much of a step: how partitions are dealt to workers by the speeds that they show, and which of them
 * are computed twice. Decides nothing about a step that is under way. Must not know how speeds are measured, which
 * workers are trusted, Akka, a clock or chance. Open {@code Leasing} first.
 */
package io.tinyclip.actors.lease;
