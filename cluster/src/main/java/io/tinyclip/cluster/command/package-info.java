/**
 * The command line: options and arguments of each command, exit codes, and how a failure is told. It decides what is asked
 * of a user and in which words, and nothing of what then happens: that is in {@link io.tinyclip.cluster.run} and {@link
 * io.tinyclip.cluster.membership}. No other package may know picocli or this one, save for Main. Open {@link
 * io.tinyclip.cluster.command.CommandLineTool} first, which lists the commands, then TrainingCommand.
 */
package io.tinyclip.cluster.command;
