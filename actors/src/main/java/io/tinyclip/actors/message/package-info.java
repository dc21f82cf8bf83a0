/**
 * Every record of a run that crosses the wire, and what all who get one compare it by: stamp, epoch, fence. Decides
 * what is late and what is refused. Must not know who sends or handles a message, nor protobuf. Open {@code Stamp}
 * first, then {@code WorkerCommand} and {@code CoordinatorCommand}.
 */
package io.tinyclip.actors.message;
