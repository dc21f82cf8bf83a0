/**
 * What teachers say of pairs, kept on a disk: the embeddings of K views of each sample in half precision, in files of ranges of
 * a shard's samples. Decides what such values depend on, how files name it, and when one is believed.
 *
 * <p>Two stores have one form of file. A {@code TaughtInput} is complete and its values are the values; a {@code TaughtCache} is
 * filled while a run goes on, and what is missing or damaged there is computed again. Must not know the engine: who computes is
 * told of what is missing. Open {@code TaughtKey} first, then {@code TaughtFolder}.
 */
package io.tinyclip.taught;
