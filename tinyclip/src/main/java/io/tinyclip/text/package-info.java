/**
 * From a caption to CLIP's token ids, the same on every JDK. Decides how a text is cleaned, cut into words and joined by
 * the learned merges.
 *
 * <p>Must not know models: ids come out. Open {@code Tokenizer} first, then {@code Merges}.
 */
package io.tinyclip.text;
