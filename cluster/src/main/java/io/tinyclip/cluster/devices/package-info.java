/**
 * One command for all devices of a machine: a process for each, started, watched and ended by the process that was asked. What they
 * compute, each does as it would alone. Must not know actors, nor load the tensor library. Open {@code Box} first.
 */
@NullMarked
package io.tinyclip.cluster.devices;

import org.jspecify.annotations.NullMarked;
