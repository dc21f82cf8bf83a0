/**
 * Named tensors in files: what every format of them has in common. Decides which types a value may be stored in, and how
 * it becomes a float.
 *
 * <p>Must not know any format, nor models. Open {@code TensorFile} first.
 */
package io.tinyclip.files.tensors;
