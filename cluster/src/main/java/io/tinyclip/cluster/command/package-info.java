/** The commands of the command line: each reads its arguments, calls what does the work, and prints. */
package io.tinyclip.cluster.command;
