/** The one hash that names contents: data, models, layouts, checkpoints and the state of a run. */
package io.tinyclip.hash;
