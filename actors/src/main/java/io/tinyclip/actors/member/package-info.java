/**
 * Machines: how they offer themselves, are taken in, report, leave and are asked about. Decides who may take part. Must
 * not know what a step is. Open {@code NodeAgent} first for the machine's side, {@code Registrar} for the leader's,
 * {@code Admission} for the rules.
 */
package io.tinyclip.actors.member;
