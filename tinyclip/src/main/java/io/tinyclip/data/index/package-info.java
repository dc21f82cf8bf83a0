/**
 * What is known of a shard without reading it: which samples it holds, where their pictures lie, their captions, and the
 * checksum of every picture. Decides how that is written down, where the file lies, and when it may be believed.
 *
 * <p>Must not know how a tar is read, nor what makes members a sample. Open {@code ShardIndex} first, then {@code IndexStore}.
 */
package io.tinyclip.data.index;
