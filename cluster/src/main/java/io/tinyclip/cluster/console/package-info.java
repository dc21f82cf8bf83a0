/** What the process shows to a person and tells its caller: progress, log file, exit code, and how it is asked to stop. */
package io.tinyclip.cluster.console;
