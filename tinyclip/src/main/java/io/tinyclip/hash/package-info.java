/**
 * The one hash that names contents: data, models, layouts, checkpoints and the state of a run. Decides that it is SHA-256,
 * in which notation it is written, and as which bytes floats are hashed.
 *
 * <p>Must not know anything that is hashed. Open {@code Sha256} first, then {@code HashedFloats}.
 */
package io.tinyclip.hash;
