/** File formats: safetensors, our model folder, and files that appear whole or not at all. */
package io.tinyclip.files;
