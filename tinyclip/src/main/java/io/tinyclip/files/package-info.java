/**
 * Our own files: safetensors, the model folder, strict JSON, and files that appear whole or not at all. Decides how a model
 * lies on a disk and what is refused when it is read back.
 *
 * <p>Must not know other libraries' names and folders, which are those of {@code formats}. Open {@code ModelFolder} first,
 * then {@code Safetensors}.
 */
package io.tinyclip.files;
