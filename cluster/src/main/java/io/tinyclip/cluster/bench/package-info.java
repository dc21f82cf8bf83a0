/** Measures this machine, each figure beside its limit in the same run. */
package io.tinyclip.cluster.bench;
