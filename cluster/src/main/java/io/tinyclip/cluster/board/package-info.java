/**
 * The live page: runs as a person watches them in a browser. Decides what is served of a run folder and of the run that this
 * process has, and in how much memory; reads, and changes nothing. Must not know how a run is led. Open first {@link Board}.
 */
package io.tinyclip.cluster.board;
