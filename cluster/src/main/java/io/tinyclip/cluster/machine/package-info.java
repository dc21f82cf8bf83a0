/** This machine as a run sees it: its tensor library, its memory, and what its bits depend on. */
package io.tinyclip.cluster.machine;
