/**
 * What machines say to join a run, to report, to leave and to be asked about: records that cross the wire. Decides
 * nothing. Must not know who sends or handles them, nor protobuf. Open {@code RegistrarCommand} first, then {@code
 * Answer}.
 */
package io.tinyclip.actors.join;
