/**
 * libtorch, the devices it computes on, and the memory that it shares with Java. Decides how a thread has to be prepared so
 * that bits do not depend on the number of cores, and what a GPU must offer before anything is computed on it.
 *
 * <p>Must not know models, losses or training: source text comes in, a compiled block goes out. Open {@code Torch} first,
 * then {@code ScriptArchive}.
 */
package io.tinyclip.engine;
