/**
 * This machine as a run sees it: its tensor library, the memory that a run needs and has here, and what its bits depend on.
 * It decides whether this machine can compute a run and how the library's parts are put together for it, and hears when the
 * machine will be taken away. It must not know other machines, the run's folder or its progress. Open {@link
 * io.tinyclip.cluster.machine.Engine} first: tests have another than {@link io.tinyclip.cluster.machine.TorchEngine}.
 */
package io.tinyclip.cluster.machine;
