/**
 * How the process shows itself: progress as bars or lines, the log file, the exit code, and how it is asked to stop. It
 * decides on the form for a terminal and for a pipe, and for people and machines that read a log. It must not know what
 * progresses: no run, no model, no settings; what a log says of them it is told. Open
 * {@link io.tinyclip.cluster.console.Progress} first.
 */
package io.tinyclip.cluster.console;
