/** Named tensors in files: what every format of them has in common. */
package io.tinyclip.files.tensors;
