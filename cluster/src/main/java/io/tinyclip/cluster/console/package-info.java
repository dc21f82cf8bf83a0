/**
 * How the process shows itself: progress as bars or lines, the log file, the exit code, and how it is asked to stop. It
 * decides on the form for a terminal and for a pipe. It must not know what progresses: no run, no model, no settings. Open
 * {@link io.tinyclip.cluster.console.Progress} first.
 */
package io.tinyclip.cluster.console;
