/**
 * How an actor goes on once work on other threads has ended, and how it fails with it. Decides nothing about a run.
 * Open {@code AfterWork} first.
 */
package io.tinyclip.actors.task;
